import { expect } from 'vitest';
import { ApplyError } from '../../src/errors.ts';
import { OWNERS, randomWrites } from './disturb.ts';
import { canonical } from './dump.ts';
import { breaches, REMOVALS } from './invariants.ts';
import { lawTest } from './law-test.ts';
import type { ModelApply, ModelResult } from './model.ts';
import { HOLDS_MS, type Real } from './real.ts';
import type { World } from './world.ts';

lawTest(
  'a Redis without memory loses what is to go and gains nothing',
  0.1,
  async ({ real, random, before, where }) => {
    const owner = random.pick(OWNERS);
    const epoch = before.scores.get(owner) ?? '1600000000000';
    const writes = randomWrites(random);
    const input = { owner, epoch, holdMs: random.pick(HOLDS_MS), now: Date.now(), writes };
    const told = `${where}: ${JSON.stringify(input)}\non ${canonical(before)}`;

    await real.change([['config', 'set', 'maxmemory', '1']]);
    const result = await applyWithoutMemory(real, input);
    const after = await real.change([['config', 'set', 'maxmemory', '0']]);

    if (result === 'out of memory') {
      expect(breaches(before, after, input, REMOVALS), told).toEqual([]);
      expect(grown(before, after), told).toEqual([]);
    } else {
      expect(breaches(before, after, input), told).toEqual([]);
    }
  },
);

async function applyWithoutMemory(
  real: Real,
  input: ModelApply,
): Promise<ModelResult | 'out of memory'> {
  try {
    return await real.apply(input);
  } catch (error) {
    expect(error).toBeInstanceOf(ApplyError);
    expect(error).toHaveProperty('message', expect.stringContaining('out of memory'));
    return 'out of memory';
  }
}

/** Keys and fields that were not there before. */
function grown(before: World, after: World): readonly string[] {
  const fields = (world: World): readonly string[] =>
    [...world.claims].flatMap(([owner, claims]) =>
      typeof claims === 'string' ? [] : [...claims.keys()].map((vhost) => `${owner} ${vhost}`),
    );
  const had = new Set([...before.lists.keys(), ...fields(before)]);
  return [...after.lists.keys(), ...fields(after)].filter((name) => !had.has(name));
}
