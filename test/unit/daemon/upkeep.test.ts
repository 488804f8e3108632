import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Parts } from '../../../src/daemon/parts.ts';
import { startUpkeep } from '../../../src/daemon/upkeep.ts';
import { ApplyError } from '../../../src/errors.ts';
import type { EndedPass } from '../../../src/reconcile.ts';

const PASS = {
  ...{ result: 'in_sync', plan: { owner: 'me', epoch: 'epoch' }, hasLooked: true, workloads: [] },
  opening: { writtenIn: null, isAsked: true, drains: new Map() },
  desired: { verdicts: [] },
} as unknown as EndedPass['pass'];
const ENDED: EndedPass = {
  ...{ result: 'in_sync', durationMs: 1, reasons: new Set(), pass: PASS, before: null },
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Redis refuses what upkeep writes so often; each pass that is asked for ends at once. */
function follow(refusals: number) {
  const askedAt: number[] = [];
  const startedAt = performance.now();
  let left = refusals;
  const write = async () => {
    left -= 1;
    if (left >= 0) throw new ApplyError('redis-refused', 'READONLY');
  };
  const trigger = (reason: string) => {
    expect(reason).toBe('retry');
    askedAt.push(performance.now() - startedAt);
    told(ENDED);
  };
  const told = startUpkeep({
    config: { redis: { keyPrefix: '' }, swarm: false },
    wiring: {
      redis: { write, read: async () => [['0', []]], define: () => undefined },
      boot: null,
      lives: { beganAt: () => null },
    },
    loop: { trigger },
    log: pino({ level: 'silent' }),
  } as unknown as Parts);
  return { told, askedAt };
}

test('a pass is asked for until what is left of the upkeep is done, after pauses that grow', async () => {
  const { told, askedAt } = follow(3);
  told(ENDED);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(askedAt).toHaveLength(3);
  const [first = 0, second = 0, third = 0] = askedAt;
  expect(first).toBeGreaterThanOrEqual(150);
  expect(second - first).toBeGreaterThanOrEqual(300);
  expect(third - second).toBeGreaterThanOrEqual(600);
  expect(third).toBeLessThanOrEqual(1_400);
});

test('no pass is asked for where a pass came before, and did it', async () => {
  const { told, askedAt } = follow(1);
  told(ENDED);
  await vi.advanceTimersByTimeAsync(0);
  told(ENDED);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(askedAt).toEqual([]);
});

test.each([{ result: 'fenced' }, { hasLooked: false }])(
  'a pass that says nothing of what is there, as it is %j, does not count as one that did it',
  async (said) => {
    const { told, askedAt } = follow(1);
    told(ENDED);
    await vi.advanceTimersByTimeAsync(0);
    told({ ...ENDED, pass: { ...PASS, ...said } as unknown as EndedPass['pass'] });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(askedAt).toHaveLength(1);
  },
);
