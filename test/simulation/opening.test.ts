import { expect } from 'vitest';
import type { Engine } from '../../src/model/container.ts';
import { keysWithPrefix } from '../../src/model/keys.ts';
import type { ContestedPass } from '../../src/observe/frontends/opening.ts';
import { createRedisReader, type OpenedPass } from '../../src/observe/frontends/redis.ts';
import { OWNERS, VHOSTS } from '../laws/disturb.ts';
import { canonical } from '../laws/dump.ts';
import { lawTest } from '../laws/law-test.ts';
import type { Random } from '../laws/random.ts';
import { copyOf } from '../laws/world.ts';
import { simulatedRedis } from './simulated-redis.ts';

const ENGINES = [
  { id: 'ENGINE:1', name: 'one' },
  { id: 'ENGINE:2', name: 'two' },
  { id: 'ENGINE:1', name: 'clone-of-one' },
  { id: 'ENGINE:1', name: 'one at 10.0.0.1' },
] as const satisfies readonly Engine[];
/** Far from how old a score is here: a moment, or years. */
const LEASE_MS = 90_000;
const PUBLISHED = {
  address: 'container',
  version: '1.0.0',
  run: 'law',
  boot: null,
  sharedNetwork: true,
} as const;

lawTest('the simulated Redis opens a pass and reads as the scripts do', 0.1, async (step) => {
  const { real, random, where } = step;
  const owner = random.pick(OWNERS);
  const isLeaving = random.percent(10);
  const leaseMs = random.percent(20) ? null : LEASE_MS;
  const options = { owner, isLeaving, leaseMs, patienceMs: LEASE_MS, ...PUBLISHED };
  const run = await real.run();
  const engine = random.pick(ENGINES);
  const records = new Map(
    OWNERS.filter(() => random.percent(75)).map((one) => {
      return [one, JSON.stringify(randomRecord(random, run))] as const;
    }),
  );
  const hint = new Set(random.some(VHOSTS, 5));
  const hasJustPassed = random.percent(50);
  const before = await real.change([
    ['del', 'autodock:index', ...OWNERS.map((one) => `autodock:engine:${one}`)],
    ...[...records].map(([one, record]) => ['set', `autodock:engine:${one}`, record] as const),
    ...(hasJustPassed ? [['zadd', 'autodock:owners', Date.now(), owner] as const] : []),
  ]);

  const realReader = real.reader(options);
  const opened = await realReader.open(engine, hint);
  const now = opened.kind === 'opened' ? opened.now : Date.now();
  const world = copyOf(before);
  const redis = simulatedRedis(world, { now, run }, new Map(records));
  const reader = createRedisReader(redis, { ...options, keys: keysWithPrefix('') });
  const simulatedOpened = await reader.open(engine, hint);

  expect(timeless(simulatedOpened), where).toEqual(timeless(opened));
  expect(await reader.read([...hint]), where).toEqual(await realReader.read([...hint]));
  expect(canonical(world), where).toBe(canonical(await real.change([])));
});

/** Of a version that told no time; or of now, long ago or ahead of the clock, by this clock or by another one. */
function randomRecord(random: Random, run: string): Readonly<Record<string, unknown>> {
  const nonce = random.pick([{}, { nonce: 'law-7' }, { nonce: 'another-7' }]);
  const index = random.percent(40) ? { index: 1 } : {};
  const engine = { ...random.pick(ENGINES), ...nonce, ...index };
  const lease = random.percent(50) ? {} : { leaseMs: random.pick([60_000, 9_000_000_000]) };
  if (random.percent(30)) return { ...engine, ...lease };
  const at = Date.now() + random.pick([-1_000, -1_000_000_000, 1_000_000_000]);
  return { ...engine, ...lease, at, redis: random.pick([run, 'another']) };
}

/** How long ago another engine passed is told by two clocks here. */
function timeless(opened: OpenedPass | ContestedPass) {
  return opened.kind === 'contested' ? { ...opened.record, at: null } : opened;
}
