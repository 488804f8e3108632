import { afterAll, beforeAll, test } from 'vitest';
import { afresh, disturb } from './disturb.ts';
import { type Random, randomFrom } from './random.ts';
import { type Real, startReal } from './real.ts';
import type { World } from './world.ts';

/** One of the random steps of a law. */
export interface LawStep {
  readonly real: Real;
  readonly random: Random;
  /** What stands in Redis, disturbed by all that others may do. */
  readonly before: World;
  /** Seed and step, for the message of a failure. */
  readonly where: string;
}

const STEPS = Number(process.env.AUTODOCK_LAW_STEPS ?? 20_000);
const SEED = Number(process.env.AUTODOCK_LAW_SEED ?? Date.now() % 1_000_000);
const STEPS_PER_WORLD = 50;
/** In the mean, with the processor time that a whole test run leaves to it. */
const SLOWEST_STEP_MS = 60;

/**
 * A test of a law about the script, on a real redis-server: the check runs after each of many random changes.
 * AUTODOCK_LAW_STEPS (20,000) and AUTODOCK_LAW_SEED set how many, and which.
 *
 * @param share how much of those steps this law is worth
 */
export function lawTest(law: string, share: number, check: (step: LawStep) => Promise<void>): void {
  const steps = Math.ceil(STEPS * share);
  let real: Real;
  beforeAll(async () => {
    real = await startReal();
  });
  afterAll(() => real.stop());

  const options = { timeout: 300_000 + steps * SLOWEST_STEP_MS };
  test(`${law}, ${steps} random steps from seed ${SEED}`, options, async () => {
    const random = randomFrom(SEED);
    for (let step = 0; step < steps; step++) {
      const anew = step % STEPS_PER_WORLD === 0 ? afresh(random) : [];
      const before = await real.change([...anew, ...disturb(random)]);
      await check({ real, random, before, where: `seed ${SEED}, step ${step}` });
    }
  });
}
