import type { RunOptions, TestContainer } from '../parts/docker.ts';
import type { System } from '../parts/system.ts';

export const CROWD = 50;

/**
 * What goes before each measurement: the settle passes after the event before have become rare by then
 * (one a second), as on a host where nothing else happens.
 */
export const CALM_MS = 2_500;

/** Starts the other containers that run while something is measured, and waits until all are routed. */
export async function startCrowd(system: System): Promise<readonly TestContainer[]> {
  const containers: TestContainer[] = [];
  for (let index = 0; index < CROWD; index += 1) {
    containers.push(await system.run(system.host(`crowd-${index}`)));
  }
  for (const [index, container] of containers.entries()) {
    await system.routes.becomes(system.host(`crowd-${index}`), [await system.url(container)]);
  }
  return containers;
}

/** A container that is created and not yet started: what is measured is the start alone. */
export function createOne(
  system: System,
  host: string,
  options: RunOptions = {},
): Promise<TestContainer> {
  return system.run(host, { ...options, created: true });
}
