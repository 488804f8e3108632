import { expect } from 'vitest';
import type { ReapedVhost } from '../../src/apply/reply.ts';
import type { RedisCommand } from '../../src/clients/redis.ts';
import type { Owner } from '../../src/model/ids.ts';
import { NONCE, OWNERS, randomWrites, VHOSTS } from './disturb.ts';
import { canonical } from './dump.ts';
import { marksAreWrong } from './invariants.ts';
import { lawTest } from './law-test.ts';
import type { Random } from './random.ts';
import { HOLDS_MS, type Real } from './real.ts';
import { fieldsOf, listOf, observe, type World } from './world.ts';

const HOUR_MS = 3_600_000;
const MODES = ['look', 'others', 'all'] as const;

lawTest(
  'whatever an owner sees, or fails to see, changes its own claims and those of lapsed ones alone',
  0.1,
  async ({ real, random, before, where }) => {
    const owner = random.pick(OWNERS);
    const epoch = before.scores.get(owner) ?? '1600000000000';
    const input = { owner, epoch, holdMs: random.pick(HOLDS_MS), now: Date.now() };
    await real.apply({ ...input, writes: randomWrites(random) });
    const after = await real.change([]);
    const others = OWNERS.filter((one) => one !== owner);
    expect(claimsOf(after, others), where).toEqual(claimsOf(before, others));
  },
);

lawTest(
  'reaping takes the entries of the lapsed owner alone, and its last ones only where that is meant',
  0.2,
  async ({ real, random, where }) => {
    const [lapsed, finder] = random.some(OWNERS, 3) as unknown as readonly [Owner, Owner];
    if (finder === undefined) return;
    const mode = random.pick(MODES);
    const before = await real.change(await arrange(real, random, { lapsed, finder }));

    const results = await real
      .reaper(finder)
      .reap(lapsed, new Map(VHOSTS.map((vhost) => [vhost, 1])), mode);
    const after = await real.change([]);

    const others = OWNERS.filter((one) => one !== lapsed);
    expect(claimsOf(after, others), where).toEqual(claimsOf(before, others));
    expect([...after.scores], where).toEqual([...before.scores]);
    if (mode === 'look') {
      expect(canonical(after), where).toBe(canonical(before));
      return;
    }
    const found = (results ?? []).flatMap((one) => wrongs(before, after, lapsed, one));
    expect(found, where).toEqual([]);
  },
);

/** Who is lapsed, and who of the others lives, by their records of this moment. */
async function arrange(
  real: Real,
  random: Random,
  { lapsed, finder }: { readonly lapsed: Owner; readonly finder: Owner },
): Promise<readonly RedisCommand[]> {
  const run = await real.run();
  const { indexed } = await real.change([]);
  const records = OWNERS.map((owner): RedisCommand => {
    const agoMs = owner === lapsed || random.percent(30) ? HOUR_MS : 0;
    const sign = { at: Date.now() - agoMs, redis: run, leaseMs: 30_000, nonce: NONCE };
    const found = owner === lapsed ? { lapsed: { by: finder, at: 1 } } : {};
    const index = indexed.has(owner) ? { index: 1 } : {};
    const record = random.percent(90) || owner === lapsed ? sign : { nonce: NONCE };
    return ['set', `autodock:engine:${owner}`, JSON.stringify({ ...record, ...found, ...index })];
  });
  // Whoever is not among the owners claims nothing.
  return [['zadd', 'autodock:owners', 'NX', 1_700_000_000_000, lapsed], ...records];
}

function claimsOf(world: World, owners: readonly Owner[]): unknown {
  return owners.map((owner) => new Map(fieldsOf(world, owner)));
}

function wrongs(
  before: World,
  after: World,
  lapsed: Owner,
  { vhost, kind }: ReapedVhost,
): readonly string[] {
  const isTaken = kind !== 'none' && kind !== 'last' && kind !== 'fault';
  const { claims } = observe(before, vhost, lapsed);
  const urls = new Set([...listOf(before, vhost).slice(1), ...listOf(after, vhost).slice(1)]);
  const counts = [...urls].flatMap((url) => {
    const copies = (name: string) => {
      const claim = claims.get(name as Owner);
      return claim === undefined || claim === 'malformed'
        ? 0
        : (claim.backends.get(url)?.length ?? 0);
    };
    const theirs = OWNERS.filter((one) => one !== lapsed).reduce(
      (sum, one) => sum + copies(one),
      0,
    );
    const [was, is] = [before, after].map((world) => {
      return listOf(world, vhost)
        .slice(1)
        .filter((entry) => entry === url).length;
    }) as [number, number];
    const owned = Math.max(0, Math.min(was - theirs, copies(lapsed)));
    const due = isTaken ? was - owned : was;
    return is === due ? [] : [`${vhost} (${kind}) has ${is} times ${url} instead of ${due}`];
  });
  const left = fieldsOf(after, lapsed).get(vhost) ?? '';
  const isMarked = !isTaken || left === '' || left.startsWith('{"lapsed":[');
  return [
    ...counts,
    ...marksAreWrong(before, after, vhost),
    ...(isMarked ? [] : [`${vhost} keeps the claim ${left}`]),
  ];
}
