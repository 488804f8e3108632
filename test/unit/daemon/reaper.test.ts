import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Parts } from '../../../src/daemon/parts.ts';
import { startReaper } from '../../../src/daemon/reaper.ts';
import { ApplyError } from '../../../src/errors.ts';
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
  return lookedAt(signs, () => ['returned']);
}

/** How many of them Redis was asked about, which says so of each. */
async function lookedAt(
  signs: readonly (readonly [seconds: number, hostsSignedAt: number | null])[],
  reply: () => unknown,
): Promise<number> {
  let asked = 0;
  const write = async () => {
    asked += 1;
    return reply();
  };
  const hear = startReaper(partsWith({ write }));
  await hearAll(hear, signs);
  return asked;
}

/** Hears these signs, each at its time. */
async function hearAll(
  hear: ReturnType<typeof startReaper>,
  signs: readonly (readonly [seconds: number, hostsSignedAt: number | null])[],
  count = HOSTS,
): Promise<void> {
  const startedAt = performance.now();
  for (const [seconds, at] of signs) {
    await vi.advanceTimersByTimeAsync(startedAt + seconds * 1_000 - performance.now());
    const otherOwners = at === null ? null : hosts(at * 1_000).slice(0, count);
    hear({ outcome: 'renewed', clock: { now: seconds * 1_000, run: 'run' }, otherOwners });
    await vi.advanceTimersByTimeAsync(0);
  }
}

/** Parts of a controller, with this Redis. */
function partsWith(redis: object, log = pino({ level: 'silent' })): Parts {
  return {
    config: {
      ...{ leaseMs: LEASE_MS, resync: { intervalMs: 30_000 }, reap: { enabled: true, lastMs: 0 } },
      ...{ redis: { keyPrefix: '' }, policy: 'sync' },
      guard: { minDeletes: 10, maxDeletePercent: 50, confirmAfterMs: 5_000 },
    },
    wiring: { redis: { define: () => undefined, ...redis }, owner: async () => 'me' },
    metrics: { owners: () => undefined, reaped: { inc: () => undefined } },
    log,
  } as unknown as Parts;
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

test.each([
  ['refused', HOSTS],
  ['unreachable', 1],
] as const)(
  'what is %s of one host keeps others there only where Redis is away',
  async (code, asked) => {
    const refuse = () => {
      throw new ApplyError(`redis-${code}`, 'no');
    };
    const signs = [10, 20, 30, 40].map((seconds) => [seconds, null] as const);
    expect(await lookedAt([[0, 0], ...signs, [50, 0]], refuse)).toBe(asked);
  },
);

test('a vhost that is left alone is told with its key, and once', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const claims = ['0', ['a.local', '{"http://10.0.0.1:80":["aaaaaaaaaaaa"]}']];
  const hear = startReaper(
    partsWith(
      {
        read: async () => [claims],
        write: async ([name]: readonly [string]) =>
          name === 'autodockLapse' ? ['lapsed'] : ['reaped', ['frontend:a.local', 'is no list']],
      },
      log,
    ),
  );
  await hearAll(
    hear,
    [
      [0, 0],
      [15, 0],
      [30, 0],
      [45, 0],
      [60, 0],
    ],
    1,
  );

  const told = lines.filter((line) => line.includes('left alone'));
  expect(told.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { owner: 'host-0', faults: [{ vhost: 'a.local', key: 'frontend:a.local' }] },
  ]);
});
