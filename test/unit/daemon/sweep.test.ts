import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Parts } from '../../../src/daemon/parts.ts';
import { startSweep } from '../../../src/daemon/sweep.ts';
import { ObserveError } from '../../../src/errors.ts';
import type { TriggerReason } from '../../../src/model/trigger.ts';
import type { EndedPass } from '../../../src/reconcile.ts';

const GOOD = {
  ...{ result: 'in_sync', plan: { owner: 'me' }, workloads: [] },
  desired: { verdicts: [] },
} as unknown as EndedPass['pass'];

/** How often Redis was looked through after each of these passes; it refuses the first `failures` times. */
async function sweeps(
  passes: readonly (readonly [at: number, reason: TriggerReason, pass: EndedPass['pass']])[],
  failures = 0,
): Promise<readonly number[]> {
  let looks = 0;
  const read = async () => {
    looks += 1;
    if (looks <= failures) throw new ObserveError('redis-timeout', 'no answer');
    return [['0', []]];
  };
  const told = startSweep({
    config: { redis: { keyPrefix: '' }, policy: 'sync' },
    wiring: { redis: { read, define: () => undefined } },
    status: { strays: [] },
    metrics: { strays: { set: () => undefined } },
    log: pino({ level: 'silent' }),
    loop: { trigger: () => undefined },
  } as unknown as Parts);
  const seen: number[] = [];
  const startedAt = performance.now();
  for (const [at, reason, pass] of passes) {
    await vi.advanceTimersByTimeAsync(at - (performance.now() - startedAt));
    told({ result: 'in_sync', durationMs: 1, reasons: new Set([reason]), pass, before: null });
    await vi.advanceTimersByTimeAsync(0);
    seen.push(looks);
  }
  return seen;
}

describe('the look through Redis for backends without a claim', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is taken when claims may have been lost, and at each resync', async () => {
    const passes = [
      [0, 'start', GOOD],
      [100, 'event', GOOD],
      [200, 'redis', GOOD],
      [300, 'resync', GOOD],
    ] as const;
    expect(await sweeps(passes)).toEqual([1, 1, 2, 3]);
  });

  test('is taken after the next good pass where the one that it was due after failed', async () => {
    const passes = [
      [0, 'redis', null],
      [200, 'retry', GOOD],
      [400, 'event', GOOD],
    ] as const;
    expect(await sweeps(passes)).toEqual([0, 1, 1]);
  });

  test('is taken again a second later where it failed', async () => {
    const passes = [
      [0, 'redis', GOOD],
      [500, 'event', GOOD],
      [1_000, 'event', GOOD],
      [2_000, 'event', GOOD],
    ] as const;
    expect(await sweeps(passes, 1)).toEqual([1, 1, 2, 2]);
  });
});
