import type { Node } from '../../parts/swarm.ts';
import { waitUntil } from '../../parts/wait-for.ts';
import type { Ground } from './ground.ts';
import type { Row, Scene } from './row.ts';

type Cast = Pick<Scene, 'asked' | 'victim' | 'third'>;

/** Who plays which part. A leader that has Redis as well hands over first. */
export async function castOf(ground: Ground, wanted: NonNullable<Row['victim']>): Promise<Cast> {
  const [first] = ground.nodes;
  if (first === undefined) throw new Error('a swarm has nodes');
  const { node: redis, client } = await ground.redis();
  client.disconnect();
  if (wanted === 'redis') return chosen(ground, redis);
  const leader = await ground.leader(first);
  if (wanted === 'any') return chosen(ground, other(ground.nodes, [leader, redis]));
  if (leader !== redis) return chosen(ground, leader);
  await handOver(ground, leader);
  return castOf(ground, wanted);
}

function chosen({ nodes }: Ground, victim: Node): Cast {
  const asked = other(nodes, [victim]);
  return { victim, asked, third: other(nodes, [victim, asked]) };
}

function other(nodes: readonly Node[], not: readonly Node[]): Node {
  const [found] = nodes.filter((node) => !not.includes(node));
  if (found === undefined) throw new Error('too few nodes');
  return found;
}

/** Has another one lead. */
async function handOver(ground: Ground, leader: Node): Promise<void> {
  const as = other(ground.nodes, [leader]);
  await as.docker('node', 'demote', leader.id);
  await waitUntil('another to lead', async () => (await ground.leader(as)) !== leader);
  await as.docker('node', 'promote', leader.id);
  await ground.settle();
}
