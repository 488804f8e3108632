import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startOverseer } from '../../../src/daemon/overseer.ts';
import type { Parts } from '../../../src/daemon/parts.ts';
import { ObserveError } from '../../../src/errors.ts';
import { OVERSEER_LEASE_MS } from '../../../src/pass/overseer-pace.ts';
import { serviceItem, taskItem } from '../oversee/lists.ts';

const LISTS = {
  services: [serviceItem('shop')],
  tasks: [{ container: 'a' }].map(taskItem),
  nodes: [{ ID: 'node1', Status: { State: 'ready' } }],
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A controller on a manager that lists the same each time, and tells of no event. */
function controller() {
  const looks: number[] = [];
  const signs: number[] = [];
  const seat: { mode: 'mine' | 'another' | 'away' } = { mode: 'mine' };
  const elect = async () => {
    signs.push(performance.now());
    if (seat.mode === 'away') throw new ObserveError('redis-unreachable', 'away');
    return seat.mode === 'mine' ? [1, 1_000, signs.length > 1 ? 1 : 0] : [0, 1_000, 0];
  };
  const session = {
    async managed(list: keyof typeof LISTS, narrow: (reply: unknown) => unknown) {
      if (list === 'tasks') looks.push(performance.now());
      return narrow(LISTS[list]);
    },
    events: () => new Promise(() => {}),
  };
  const stop = startOverseer({
    config: { redis: { keyPrefix: '' } },
    log: pino({ level: 'silent' }),
    wiring: {
      redis: {
        define: () => {},
        read: async () => [['0', []]],
        write: async ([command]: readonly unknown[]) => command === 'autodockOverseer' && elect(),
      },
      docker: { isManager: async () => true },
      owner: async () => 'one',
      sessions: { current: async () => session },
    },
  } as unknown as Parts);
  const end = async () => {
    const ended = stop();
    await vi.advanceTimersByTimeAsync(100);
    await ended;
  };
  return { looks, signs, seat, end };
}

/** The longest pause between two of them from this time on. */
function longest(times: readonly number[], since: number): number {
  const later = times.filter((time) => time >= since);
  return Math.max(...later.slice(1).map((time, n) => time - (later[n] ?? 0)));
}

test('one that is calm looks each five seconds, and says in time that it still does', async () => {
  const { looks, signs, end } = controller();
  await vi.advanceTimersByTimeAsync(15_000);
  const calmFrom = performance.now();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(longest(looks, calmFrom)).toBe(5_000);
  expect(longest(signs, calmFrom)).toBeLessThanOrEqual(OVERSEER_LEASE_MS / 2);
  await end();
  expect(vi.getTimerCount(), 'nothing goes on').toBe(0);
});

test.for(['another', 'away'] as const)(
  'where it is told between its looks that the seat is %s, it asks again at once',
  async (mode) => {
    const { signs, seat, end } = controller();
    await vi.advanceTimersByTimeAsync(20_500);
    seat.mode = mode;
    const before = signs.length;
    await vi.advanceTimersByTimeAsync(1_100);

    expect(signs.length - before, 'a sign and the look that follows').toBeGreaterThanOrEqual(2);
    await end();
  },
);
