import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFreshness } from '../../../src/bus/freshness.ts';

test('a datagram counts once, and within a minute of the clock', () => {
  const clock = { now: 1_000_000 };
  const isFresh = createFreshness(() => clock.now);
  clock.now = 2_000_000;
  expect(isFresh({ time: 2_060_000, nonce: 'a' })).toBe(true);
  expect(isFresh({ time: 2_060_000, nonce: 'a' })).toBe(false);
  expect(isFresh({ time: 2_060_001, nonce: 'b' })).toBe(false);
  expect(isFresh({ time: 1_940_000, nonce: 'c' })).toBe(true);
  expect(isFresh({ time: 1_939_999, nonce: 'd' })).toBe(false);
});

test('no datagram counts twice, whatever the clock does between', () => {
  const said = fc.record({ step: fc.nat(90_000), time: fc.integer(), nonce: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(said, { maxLength: 50 }), (all) => {
      const clock = { now: 0 };
      const isFresh = createFreshness(() => clock.now);
      const counted = new Set<string>();
      for (const { step, time, nonce } of all) {
        clock.now += step;
        const datagram = { time: clock.now + (time % 70_000), nonce: String(nonce) };
        const key = JSON.stringify(datagram);
        const wasCounted = counted.has(key);
        if (isFresh(datagram)) {
          expect(wasCounted).toBe(false);
          counted.add(key);
        }
      }
    }),
  );
});

test('a flood of the secret is refused, not remembered, and is over after its minute', () => {
  const clock = { now: 0 };
  const isFresh = createFreshness(() => clock.now);
  const counted = Array.from({ length: 160_001 }, (_none, n) =>
    isFresh({ time: 0, nonce: `${n}` }),
  );
  expect(counted.filter(Boolean).length).toBe(160_000);
  clock.now = 60_001;
  expect(isFresh({ time: clock.now, nonce: 'after' })).toBe(true);
});

test('what was said before it began is refused: the run before may have taken it', () => {
  const isFresh = createFreshness(() => 1_000_000);
  expect(isFresh({ time: 999_999, nonce: 'a' })).toBe(false);
  expect(isFresh({ time: 1_000_000, nonce: 'a' })).toBe(true);
});
