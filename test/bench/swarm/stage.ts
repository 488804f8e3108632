import { setTimeout as sleep } from 'node:timers/promises';
import { startBalancer } from '../../parts/balancer.ts';
import { startTraffic, type Traffic } from '../../parts/traffic.ts';
import { waitUntil } from '../../parts/wait-for.ts';
import { type Sum, sumUp } from '../sum-up.ts';
import { appOptions, createApp, readTask } from './app.ts';
import { castOf } from './cast.ts';
import type { Ground } from './ground.ts';
import type { Answer, Row, Scene } from './row.ts';
import type { Rival } from './traefik.ts';

/** What became of the requests of one row. */
export interface Outcome extends Sum {
  /** What the row measured besides. */
  readonly more: Readonly<Record<string, number | string>>;
}

/** How much traffic, and for how long at the least. */
export interface Pace {
  readonly perSecond: number;
  readonly leastMs: number;
}

const REPLICAS = 3;
const FRONT_PORT = 80;
const CALM_MS = 2_000;
const CONNECTIONS = 1_024;
let staged = 0;
const LONG = { timeoutMs: 90_000 };

/**
 * Traffic on a service of three, through the front of one node, while something happens.
 *
 * @param rival through it in place of ours, which is there as well; null: through ours
 */
export async function stage(
  ground: Ground,
  pace: Pace,
  row: Row,
  rival: Rival | null,
): Promise<Outcome> {
  // Another one each time: Swarm goes on to end what it was told to remove.
  staged += 1;
  const service = `app${staged}`;
  const [host, answers] = [`${service}.local`, [] as Answer[]];
  const cast = await castOf(ground, row.victim ?? 'any');
  const scene: Scene = { ground, service, host, ...cast, docker: cast.asked.docker, answers };
  const balancer = row.isBalanced === true ? await balancerOf(ground) : null;
  const own = [...(row.options ?? []), ...(rival?.options(host) ?? [])];
  const options = ['--replicas', String(REPLICAS), ...appOptions(host), ...own];
  await createApp(cast.asked, service, options, ground.image);
  try {
    await ground.settle();
    await untilRouted(scene, REPLICAS);
    await row.prepare?.(scene);
    await rival?.knows(cast.asked.address, host, REPLICAS);
    const traffic = startTraffic(
      {
        ...(balancer === null
          ? { address: cast.asked.address, port: rival?.port ?? FRONT_PORT }
          : { port: balancer.port }),
        ...{ host, perSecond: pace.perSecond },
        ...{ postPath: '/', keptConnections: CONNECTIONS },
        onAnswer: (answer) => void answers.push(...readTask(answer)),
      },
      'change',
    );
    return await during(traffic, pace, () => row.happen(scene));
  } finally {
    await balancer?.close();
    await row.mend?.(scene);
    await ground.settle();
    await cast.asked.docker('service', 'rm', service);
  }
}

function balancerOf({ nodes }: Ground) {
  return startBalancer(nodes.map(({ address }) => address));
}

async function during(
  traffic: Traffic,
  { leastMs }: Pace,
  happen: () => ReturnType<Row['happen']>,
): Promise<Outcome> {
  const least = sleep(leastMs);
  let more: Outcome['more'];
  try {
    await sleep(CALM_MS);
    more = await happen();
    await sleep(CALM_MS);
    await least;
  } catch (error) {
    await traffic.stop();
    throw error;
  }
  return { ...sumUp(await traffic.stop()), more };
}

/** Waits until so many of its tasks have a route, by what Redis says. */
export async function untilRouted(
  { ground, host }: Pick<Scene, 'ground' | 'host'>,
  count: number,
): Promise<void> {
  await waitUntil(
    `${count} backends`,
    async () => {
      const { client } = await ground.redis();
      const length = await client.llen(`frontend:${host}`);
      client.disconnect();
      return length === 1 + count;
    },
    LONG,
  );
}
