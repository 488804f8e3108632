import { expect } from 'vitest';
import { createReaper } from '../../src/apply/reap.ts';
import type { ReapedVhost } from '../../src/apply/reply.ts';
import type { RedisCommand } from '../../src/clients/redis.ts';
import type { Owner } from '../../src/model/ids.ts';
import { keysWithPrefix } from '../../src/model/keys.ts';
import { type OwnerSeen, parseOwnerRecord } from '../../src/model/owner-record.ts';
import { NONCE, OWNERS, VHOSTS } from '../laws/disturb.ts';
import { canonical } from '../laws/dump.ts';
import { lawTest } from '../laws/law-test.ts';
import type { Random } from '../laws/random.ts';
import { copyOf, type World } from '../laws/world.ts';
import { simulatedRedis } from './simulated-redis.ts';

const PATIENCE_MS = 90_000;
const HOUR_MS = 3_600_000;
const COPIES: ReadonlyMap<string, number> = new Map(VHOSTS.map((vhost) => [vhost, 1]));
const MODES = ['look', 'others', 'all'] as const;

type Owned = ReadonlyMap<Owner, string>;

lawTest('the simulated Redis finds leases over and reaps as the scripts do', 0.03, async (step) => {
  const { real, random, where } = step;
  const run = await real.run();
  const { indexed } = await real.change([]);
  const records: Owned = new Map(
    // Whom the index tells goes on to say so.
    OWNERS.filter((owner) => indexed.has(owner) || random.percent(90)).map((owner) => {
      return [owner, randomRecord(random, run, indexed.has(owner))] as const;
    }),
  );
  const [lapsed, finder] = [random.pick(OWNERS), random.pick(OWNERS)];
  const before = await real.change([
    ['del', ...OWNERS.map((owner) => `autodock:engine:${owner}`)],
    ...[...records].map(([owner, text]): RedisCommand => {
      return ['set', `autodock:engine:${owner}`, text];
    }),
    // Who is not among the owners is never found.
    ['zadd', 'autodock:owners', 'NX', 1_700_000_000_000, lapsed],
  ]);

  const [world, engines] = [copyOf(before), new Map<string, string>(records)];
  const redis = simulatedRedis(world, { now: Date.now(), run }, engines);
  const keys = keysWithPrefix('');
  const simulated = createReaper(redis, { owner: finder, keys, patienceMs: PATIENCE_MS });
  const actual = real.reaper(finder);
  const seen = seenOf(random, lapsed, records.get(lapsed));
  const mode = random.pick(MODES);

  expect(await simulated.lapse(seen), where).toBe(await actual.lapse(seen));
  const told = await simulated.reap(lapsed, COPIES, mode);
  expect(kinds(told), where).toEqual(kinds(await actual.reap(lapsed, COPIES, mode)));
  expect(textOf(world), where).toBe(textOf(await real.change([])));
  for (const owner of OWNERS) {
    expect(timeless(engines.get(owner)), where).toEqual(timeless(await real.record(owner)));
  }
});

/** Of now, long ago or ahead of the clock, by this clock or by another one; with a lease or without; lapsed or not. */
function randomRecord(random: Random, run: string, isIndexed: boolean): string {
  const at = Date.now() + random.pick([0, -HOUR_MS, -HOUR_MS, -HOUR_MS, HOUR_MS]);
  const sign = random.percent(90) ? { at, redis: random.pick([run, run, run, 'another']) } : {};
  const lease = random.percent(85) ? { leaseMs: 30_000 } : {};
  const lapsed = random.percent(40) ? { lapsed: { at: 1, by: random.pick(OWNERS) } } : {};
  const index = isIndexed ? { index: 1 } : {};
  return JSON.stringify({ nonce: NONCE, ...sign, ...lease, ...lapsed, ...index });
}

/** What a finder knows of it: mostly the last sign, at times one before that or one of another run of Redis. */
function seenOf(random: Random, owner: Owner, text: string | undefined): OwnerSeen {
  const record = parseOwnerRecord(text);
  const at = random.percent(85) ? record.at : 1;
  const redisRun = random.percent(90) ? record.redisRun : 'before';
  return { ...record, owner, at, redisRun, lastSignAt: at, isLapsed: false };
}

/** Which key is to blame is for people. */
function kinds(results: readonly ReapedVhost[] | null) {
  return results?.map(({ vhost, kind }) => `${vhost} ${kind}`) ?? null;
}

/** Lua's JSON has a backslash before each slash, which says the same. */
function textOf(world: World): string {
  return canonical(world).replaceAll('\\\\/', '/');
}

/** The moment in which it was found is by two clocks here. */
function timeless(text: string | null | undefined): unknown {
  const record = JSON.parse(text ?? '{}') as { readonly lapsed?: object };
  return { ...record, ...(record.lapsed ? { lapsed: { ...record.lapsed, at: 0 } } : {}) };
}
