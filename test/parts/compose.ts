import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DockerPart, engineSocket, SCOPE_LABEL } from './docker.ts';
import { testImage } from './test-image.ts';

const execute = promisify(execFile);

/** A service of a project: what Compose calls its keys. */
export type ComposeService = Readonly<Record<string, unknown>>;

/** A Compose project of one's own. */
export interface OpenProject {
  /** Its containers are called `<name>-<service>-1`. */
  readonly name: string;
  /** `docker compose <args>`; returns what it printed. */
  compose(...args: readonly string[]): Promise<string>;
  /** Writes other services, which the next `compose` takes. */
  write(services: Readonly<Record<string, ComposeService>>): Promise<void>;
  /** Ends all of it. */
  close(): Promise<void>;
}

/**
 * Writes a project of these services, each of the test image, and starts nothing.
 *
 * @param program Compose as it is called. Default: the machine's
 */
export async function openProject(
  { engine, scope }: Pick<DockerPart, 'engine' | 'scope'>,
  services: Readonly<Record<string, ComposeService>>,
  program: readonly string[] = ['docker', 'compose'],
): Promise<OpenProject> {
  const folder = await mkdtemp(join(tmpdir(), 'autodock-compose-'));
  const name = `p${scope}${folder.slice(-6).toLowerCase()}`;
  const image = await testImage(engine, 'web');
  const common = { image, labels: { [SCOPE_LABEL]: scope }, stop_grace_period: '1s' };
  const write: OpenProject['write'] = async (wanted) => {
    const made = Object.entries(wanted).map(([service, keys]) => [service, { ...common, ...keys }]);
    // JSON is YAML. Where the name is not in it, and is said by `-p`, Compose does not read it to stop containers.
    const text = JSON.stringify({ name, services: Object.fromEntries(made) });
    await writeFile(join(folder, 'compose.yaml'), text);
  };
  await write(services);
  const compose = async (...args: readonly string[]) => {
    const env = { ...process.env, DOCKER_HOST: `unix://${engineSocket()}` };
    const [command = '', ...first] = program;
    return (await execute(command, [...first, ...args], { cwd: folder, env })).stdout;
  };
  return {
    name,
    compose,
    write,
    close: async () => {
      await compose('down', '--remove-orphans', '--timeout', '1');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
