import { describe, expect, test } from 'vitest';
import type { Pass } from '../../../src/reconcile.ts';
import { createStatus } from '../../../src/report/status.ts';

/** Of a pass, status reads the result alone. */
const PASS = { result: 'in_sync' } as unknown as Pass;
const REASONS = new Set(['resync'] as const);

function board() {
  const clock = { now: 0, wall: 1_700_000_000_000 };
  const status = createStatus({
    now: () => clock.now,
    wallClock: () => clock.wall,
    patienceMs: 90_000,
  });
  const pass = (durationMs = 5) => {
    status.passBegins();
    clock.now += durationMs;
    status.passEnds({ pass: PASS }, REASONS);
  };
  const fail = (message: string) => {
    status.passBegins();
    status.passEnds({ error: new Error(message) }, REASONS);
  };
  return { clock, status, pass, fail };
}

describe('readiness', () => {
  test('waits for the first pass, and says what keeps it', () => {
    const { status, pass, fail } = board();
    expect(status.ready()).toEqual({ ok: false, reason: 'the first pass is not done yet' });
    fail('Redis: no connection');
    expect(status.ready()).toMatchObject({
      reason: 'the first pass is not done yet: Redis: no connection',
    });
    pass();
    expect(status.ready()).toEqual({ ok: true });
  });

  test('bears failures for ten seconds', () => {
    const { clock, status, pass, fail } = board();
    pass();
    fail('x');
    clock.now += 10_000;
    fail('y');
    expect(status.ready()).toEqual({ ok: true });
    clock.now += 1;
    expect(status.ready()).toEqual({ ok: false, reason: 'passes have failed for 10 s: y' });
    pass();
    expect(status.ready()).toEqual({ ok: true });
  });

  test('ends when the last good pass is older than three resync intervals', () => {
    const { clock, status, pass } = board();
    pass();
    clock.now += 90_000;
    expect(status.ready()).toEqual({ ok: true });
    clock.now += 1_000;
    expect(status.ready()).toEqual({ ok: false, reason: 'the last good pass was 91 s ago' });
  });

  test('is not moved by a wall clock that jumps', () => {
    const { clock, status, pass } = board();
    pass();
    clock.wall += 86_400_000;
    expect(status.ready()).toEqual({ ok: true });
  });
});

describe('health', () => {
  test('ends when one pass has been under way for more than a minute', () => {
    const { clock, status } = board();
    status.passBegins();
    clock.now += 60_000;
    expect(status.healthy()).toEqual({ ok: true });
    clock.now += 1_000;
    expect(status.healthy()).toEqual({
      ok: false,
      reason: 'a pass has been under way for 61 s',
    });
  });
});

describe('conditions', () => {
  test('tell since when, not since the last word', () => {
    const { clock, status } = board();
    status.condition('docker', false, new Error('first'));
    const { since } = status.conditions.docker;
    clock.wall += 5_000;
    status.condition('docker', false, new Error('second'));
    expect(status.conditions.docker).toEqual({ up: false, since, error: 'second' });
    status.condition('docker', true);
    const now = new Date(clock.wall).toISOString();
    expect(since).not.toBe(now);
    expect(status.conditions.docker).toEqual({ up: true, since: now, error: null });
  });
});
