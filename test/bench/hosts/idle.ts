import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../../src/clients/redis.ts';
import { CHECK_MS } from '../../../src/clients/redis-changes.ts';
import type { Owner } from '../../../src/model/ids.ts';
import { keysWithPrefix } from '../../../src/model/keys.ts';
import { lookMsOf } from '../../../src/model/lease.ts';
import { beat } from '../../../src/observe/frontends/beat.ts';
import { orderPrefixes, readOrdersText } from '../../../src/survey/orders.ts';
import { LOOK_ANYWAY_MS } from '../../../src/trigger/orders.ts';
import type { RedisPart } from '../../parts/redis.ts';
import type { BuiltSide } from './build.ts';
import { ownerName, vhostsOf } from './neighbours.ts';

export const LEASE_MS = 30_000;
/** The pace of the defaults, s: resync, heartbeat, the look for orders, and the sign of the connection that tells of them. */
export const PACE = {
  ...{ pass: 30, beat: 10 },
  ...{ orders: LOOK_ANYWAY_MS / 1_000, check: CHECK_MS / 1_000 },
};
const SECONDS = 30;
/** A pass costs less where the last few found nothing changed. */
export const UNTIL_STEADY = 5;

type Build = (url: string, name: string) => BuiltSide;

/** Processor time of its thread so far, seconds. */
export async function usedBy(client: Redis): Promise<number> {
  const info = await client.info('cpu');
  const of = (name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return of('used_cpu_sys_main_thread') + of('used_cpu_user_main_thread');
}

/** How much of a core Redis takes while all owners do what they do all the time, in per cent. */
export async function idleShare(
  build: Build,
  { client, url }: RedisPart,
  owners: number,
): Promise<number> {
  const timers: NodeJS.Timeout[] = [];
  const sides: Pick<BuiltSide, 'open' | 'close'>[] = [];
  const connections: { close(): void }[] = [];
  const failures: unknown[] = [];
  const every = (seconds: number, work: () => Promise<unknown>) => {
    const act = () => void work().catch((error: unknown) => failures.push(error));
    // They begin at different times, as hosts do.
    timers.push(
      setTimeout(
        () => timers.push(setInterval(act, 1_000 * seconds)),
        1_000 * seconds * Math.random(),
      ),
    );
  };
  // From now on they are of the engine that a side has.
  await client.del(Array.from({ length: owners }, (_, n) => `autodock:engine:${ownerName(n + 1)}`));
  for (let n = 0; n < owners; n++) {
    const name = ownerName(n + 1);
    const side = build(url, name);
    sides.push(side);
    await side.open(vhostsOf(n + 1));
    const redis = connectRedis({ url, keyPrefix: '', timeoutMs: 20_000, tls: null }, 'bench');
    const who = signOf(name);
    redis.hear(orderPrefixes(who.keys, false));
    const lookEvery = lookMsOf(LEASE_MS, owners) / 1_000;
    every(PACE.pass, () => side.open(vhostsOf(n + 1)));
    // Which of its signs come with a look at all others.
    let [beats, beatsALook] = [0, Math.round(lookEvery / PACE.beat)];
    every(PACE.beat, () => beat(redis, { ...who, withOthers: beats++ % beatsALook === 0 }));
    every(PACE.orders, () => readOrdersText(redis, who.keys, who.owner));
    connections.push(redis);
  }
  // By then the records of all are there, and what is quiet is known to be.
  for (let pass = 0; pass < UNTIL_STEADY; pass++) {
    for (const [n, side] of sides.entries()) await side.open(vhostsOf(n + 1));
  }
  // All of them are under way by then.
  await pause(1_000 * PACE.pass);
  const before = await usedBy(client);
  await pause(1_000 * SECONDS);
  const share = (100 * ((await usedBy(client)) - before)) / SECONDS;
  for (const timer of timers) clearInterval(timer);
  for (const one of [...sides, ...connections]) one.close();
  if (failures.length > 0) throw failures[0];
  return share;
}

/** Who gives a sign of life. */
export function signOf(name: string) {
  const engine = { id: 'ENGINE:1', name: 'host-1' };
  const owner = name as Owner;
  return { keys: keysWithPrefix(''), owner, engine, run: 'bench', boot: null, patienceMs: 90_000 };
}
