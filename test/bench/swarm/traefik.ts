import { ask } from '../../parts/swarm.ts';
import { waitUntil } from '../../parts/wait-for.ts';
import type { Ground } from './ground.ts';

/** Another front on the same nodes, which knows of the same services. */
export interface Rival {
  readonly name: string;
  /** On every node. */
  readonly port: number;
  /** What it wants of `docker service create`, besides. */
  options(host: string): readonly string[];
  /** Waits until it answers for a host by so many tasks. */
  knows(address: string, host: string, tasks: number): Promise<void>;
}

const SERVICE = 'traefik';
const PORT = 8_089;
const APP_PORT = 80;
/** It asks each 15 s, and waits for 2 s more. */
const LONG = { timeoutMs: 90_000, everyMs: 100 };

/** Starts a Traefik 3 by its binary, at its defaults, on each node: each is a manager. */
export async function startTraefik(ground: Ground, binary: string): Promise<Rival> {
  const [manager] = ground.nodes;
  if (manager === undefined) throw new Error('a swarm has nodes');
  const socket = '/var/run/docker.sock';
  await manager.docker(
    ...['service', 'create', '-d', '--no-resolve-image', '--name', SERVICE, '--mode', 'global'],
    ...['--network', 'autodock', '--endpoint-mode', 'dnsrr'],
    ...['--publish', `mode=host,published=${PORT},target=${PORT}`],
    ...['--mount', `type=bind,source=${binary},target=/traefik,readonly`],
    ...['--mount', `type=bind,source=${ground.sockets},target=${socket}`],
    ...[ground.image, '/traefik', `--providers.swarm.endpoint=unix://${socket}`],
    ...['--providers.swarm.network=autodock', `--entryPoints.web.address=:${PORT}`],
  );
  await ground.settle();
  return { name: 'Traefik', port: PORT, options: labelsOf, knows };
}

function labelsOf(host: string): readonly string[] {
  const id = host.replace(/\W/g, '-');
  const labels = {
    [`traefik.http.routers.${id}.rule`]: `Host(\`${host}\`)`,
    [`traefik.http.services.${id}.loadbalancer.server.port`]: APP_PORT,
  };
  return Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
}

async function knows(address: string, host: string, tasks: number): Promise<void> {
  const seen = new Set<string>();
  await waitUntil(
    `${tasks} tasks to answer through Traefik`,
    async () => {
      const { status, body } = await ask(address, host, PORT);
      if (status === 200) seen.add(body);
      return seen.size >= tasks;
    },
    LONG,
  );
}
