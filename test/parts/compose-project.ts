import { onTestFinished } from 'vitest';
import { type ComposeService, openProject } from './compose.ts';
import type { DockerPart } from './docker.ts';

/** A Compose project of a test's own; it ends with the test. */
export interface ComposeProject {
  /** Its containers are called `<name>-<service>-1`. */
  readonly name: string;
  /** `docker compose <args>`; returns what it printed. */
  compose(...args: readonly string[]): Promise<string>;
  /** The full id of a container by its name. */
  idOf(container: string): Promise<string>;
}

/** Writes a project of these services, each of the test image, and starts nothing. */
export async function composeProject(
  docker: Pick<DockerPart, 'engine' | 'scope'>,
  services: Readonly<Record<string, ComposeService>>,
): Promise<ComposeProject> {
  const project = await openProject(docker, services);
  onTestFinished(() => project.close());
  return {
    ...project,
    idOf: async (container) => (await docker.engine.getContainer(container).inspect()).Id,
  };
}
