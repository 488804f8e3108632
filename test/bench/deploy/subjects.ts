import { randomBytes } from 'node:crypto';
import { type DockerPart, openDocker } from '../../parts/docker.ts';
import { openSystem, type System } from '../../parts/system.ts';

/** What is measured: a front, and what keeps its routes. */
export interface Subject {
  readonly name: string;
  readonly port: number;
  readonly docker: Pick<DockerPart, 'engine' | 'scope'>;
  /** The folder of another build of ours; null: this build, or another's front. */
  readonly build: string | null;
  /** The whole way, where it is one of ours. */
  readonly system: System | null;
  /** The labels that it wants on the containers of a host. */
  labels(host: string): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Room for all requests of a redeploy at full rate, however uneven the workers share them. */
const FRONT = { FRONT_HOLD_REQUESTS: '8192', FRONT_ACCESS_LOG: 'off' };

/** A build of ours by its folder; null: this one. As users have it: with the default hold and resync. */
export async function startBuild(name: string, build: string | null): Promise<Subject> {
  const system = await openSystem({
    redis: { args: ['--appendonly', 'yes'] },
    env: { AUTODOCK_HOLD: '30s', AUTODOCK_RESYNC_INTERVAL: '30s' },
    frontEnv: { ...FRONT, FRONT_HOLD: '10s' },
    ...(build === null ? {} : { build }),
  });
  return {
    name,
    port: system.front.port,
    docker: system.docker,
    build,
    system,
    labels: () => ({}),
    close: () => system.close(),
  };
}

/**
 * Any front that listens on a port of this machine and takes routes from the engine's containers.
 *
 * @param labels `name=value`, where `{host}` and `{id}` stand for the host and a name for it
 */
export function startForeign(port: number, labels: readonly string[]): Subject {
  const docker = openDocker();
  return {
    name: `port ${port}`,
    port,
    docker,
    build: null,
    system: null,
    labels: (host) => {
      const id = randomBytes(4).toString('hex');
      const filled = labels.map((label) => label.replaceAll('{host}', host).replaceAll('{id}', id));
      return Object.fromEntries(filled.map((label) => label.split(/=(.*)/s).slice(0, 2)));
    },
    close: () => docker.close(),
  };
}
