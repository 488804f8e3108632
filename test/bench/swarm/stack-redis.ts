import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import type { Node } from '../../parts/swarm.ts';

/** The Redis of a stack. */
export interface StackRedis {
  readonly node: Node;
  readonly client: Redis;
  /** When its container was started, milliseconds since 1970. */
  readonly startedAt: number;
}

const FILTER = 'label=com.docker.swarm.service.name=autodock_redis';

/** Enters it by its socket, as its network is not reached from here. @throws Error if no node has it */
export async function openStackRedis(nodes: readonly Node[]): Promise<StackRedis> {
  for (const node of nodes) {
    const found = await containerOn(node);
    if (found === null) continue;
    const root = `/proc/${found.State.Pid}/root`;
    const password = await readFile(`${root}/run/secrets/autodock_redis_password`, 'utf8');
    const client = new Redis({
      ...{ path: `${root}/dev/shm/redis.sock`, password, lazyConnect: true },
      ...{ retryStrategy: null, maxRetriesPerRequest: 0 },
    });
    client.on('error', () => undefined); // the command that fails says so
    await client.connect();
    return { node, client, startedAt: Date.parse(found.State.StartedAt) };
  }
  throw new Error('no node has the Redis of the stack');
}

/** null: none runs there, as one that ended with its node does not, or the engine does not answer. */
async function containerOn(node: Node) {
  const { code, stdout } = await node.run('docker', ['ps', '-q', '--filter', FILTER]);
  const id = stdout.trim();
  if (code !== 0 || id === '') return null;
  const found = await node.engine.getContainer(id).inspect();
  return found.State.Running && found.State.Pid > 0 ? found : null;
}
