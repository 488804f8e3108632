import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApplyError } from '../../src/errors.ts';
import { AFRESH, disturb, OWNERS, randomWrites } from './disturb.ts';
import { canonical } from './dump.ts';
import { breaches, REMOVALS } from './invariants.ts';
import type { ModelApply, ModelResult, World } from './model.ts';
import { randomFrom } from './random.ts';
import { HOLDS_MS, type Real, startReal } from './real.ts';

const STEPS = Math.ceil(Number(process.env.AUTODOCK_LAW_STEPS ?? 20_000) / 10);
const SEED = Number(process.env.AUTODOCK_LAW_SEED ?? Date.now() % 1_000_000);
const STEPS_PER_WORLD = 50;

let real: Real;

beforeAll(async () => {
  real = await startReal();
});

afterAll(() => real.stop());

test(`a Redis without memory loses what is to go and gains nothing, ${STEPS} random steps from seed ${SEED}`, {
  timeout: 60_000 + STEPS * 20,
}, async () => {
  const random = randomFrom(SEED);
  for (let step = 0; step < STEPS; step++) {
    const afresh = step % STEPS_PER_WORLD === 0 ? AFRESH : [];
    const before = await real.change([...afresh, ...disturb(random)]);
    const owner = random.pick(OWNERS);
    const epoch = before.scores.get(owner) ?? '1600000000000';
    const writes = randomWrites(random);
    const input = { owner, epoch, holdMs: random.pick(HOLDS_MS), now: Date.now(), writes };
    const where = `seed ${SEED}, step ${step}: ${JSON.stringify(input)}\non ${canonical(before)}`;

    await real.change([['config', 'set', 'maxmemory', '1']]);
    const result = await applyWithoutMemory(input);
    const after = await real.change([['config', 'set', 'maxmemory', '0']]);

    if (result === 'out of memory') {
      expect(breaches(before, after, input, REMOVALS), where).toEqual([]);
      expect(grown(before, after), where).toEqual([]);
    } else {
      expect(breaches(before, after, input), where).toEqual([]);
    }
  }
});

async function applyWithoutMemory(input: ModelApply): Promise<ModelResult | 'out of memory'> {
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
