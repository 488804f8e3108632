import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Parts } from '../../../src/daemon/parts.ts';
import { startReaper } from '../../../src/daemon/reaper.ts';
import type { Owner } from '../../../src/model/ids.ts';
import type { OwnerSeen } from '../../../src/model/owner-record.ts';

const LEASE_MS = 30_000;
/** So many that each looks at the others every 50 s. */
const HOSTS = 500;

const hosts = (at: number): readonly OwnerSeen[] =>
  Array.from({ length: HOSTS }, (_, index) => ({
    ...{ owner: `host-${index}` as Owner, engineId: `e${index}`, engine: null, address: null },
    ...{ version: null, at, redisRun: 'run', leaseMs: LEASE_MS, isLapsed: false, lastSignAt: at },
  }));

/** Who was said to be lapsed after these signs of life, at these seconds; those marked came with a look. */
async function lapsedAfter(
  ...signs: readonly (readonly [seconds: number, hostsSignedAt: number | null])[]
): Promise<number> {
  let asked = 0;
  const write = async () => {
    asked += 1;
    return ['returned'];
  };
  const hear = startReaper({
    config: {
      ...{ leaseMs: LEASE_MS, resync: { intervalMs: 30_000 }, reap: { enabled: true, lastMs: 0 } },
      ...{ redis: { keyPrefix: '' }, policy: 'sync' },
    },
    wiring: { redis: { write, define: () => undefined }, owner: async () => 'me' },
    metrics: { owners: () => undefined },
    log: pino({ level: 'silent' }),
  } as unknown as Parts);
  const startedAt = performance.now();
  for (const [seconds, at] of signs) {
    await vi.advanceTimersByTimeAsync(startedAt + seconds * 1_000 - performance.now());
    const otherOwners = at === null ? null : hosts(at * 1_000);
    hear({ outcome: 'renewed', clock: { now: seconds * 1_000, run: 'run' }, otherOwners });
    await vi.advanceTimersByTimeAsync(0);
  }
  return asked;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('an outage for everybody lapses nobody, also where looks are rarer than a lease is long', async () => {
  expect(await lapsedAfter([0, 0], [60, 0])).toBe(0);
});

test('who gives no sign while ours come through is lapsed at the next look', async () => {
  const signs = [10, 20, 30, 40].map((seconds) => [seconds, null] as const);
  expect(await lapsedAfter([0, 0], ...signs, [50, 0])).toBe(HOSTS);
});
