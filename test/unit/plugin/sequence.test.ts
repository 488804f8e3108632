import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSequence, type Sequenced } from '../../../src/plugin/sequence.ts';

/** All that comes of numbers that arrive in this order, after the daemon said that it sent `sent`. */
function arrive(start: number, order: readonly number[], sent = 0): readonly Sequenced<number>[] {
  const sequence = createSequence<number>(start);
  const steps = order.flatMap((seq) => sequence.accept(seq, seq));
  sequence.reach(sent);
  return [...steps, ...sequence.giveUp()];
}

const messages = (steps: readonly Sequenced<number>[]) =>
  steps.flatMap((step) => (step.kind === 'message' ? [step.message] : []));
const missed = (steps: readonly Sequenced<number>[]) =>
  steps.reduce((sum, step) => sum + (step.kind === 'gap' ? step.missed : 0), 0);

describe('a sequence', () => {
  test('hands over what comes in order at once', () => {
    const sequence = createSequence<string>(7);
    expect(sequence.accept(8, 'a')).toEqual([{ kind: 'message', message: 'a' }]);
    expect(sequence.isWaiting()).toBe(false);
    expect(sequence.last()).toBe(8);
  });

  test('knows of what was sent and did not come', () => {
    const sequence = createSequence<string>(0);
    sequence.reach(3);
    expect(sequence.isWaiting()).toBe(true);
    expect(sequence.giveUp()).toEqual([{ kind: 'gap', missed: 3 }]);
    expect(sequence.isWaiting()).toBe(false);
    expect(sequence.accept(2, 'late')).toEqual([]);
  });

  test('waits for no more than so many', () => {
    const sequence = createSequence<number>(0);
    const early = Array.from({ length: 65 }, (_, index) => index + 2);
    const steps = early.flatMap((seq) => sequence.accept(seq, seq));
    expect(steps[0]).toEqual({ kind: 'gap', missed: 1 });
    expect(messages(steps)).toEqual(early);
  });

  test('accounts for every number once, in order, whatever is lost, repeated and reordered', () => {
    const arrivals = fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 300 });
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 0, max: 200 }), (order, sent) => {
        const steps = arrive(0, order, sent);
        const seen = messages(steps);
        expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
        expect(seen.length + missed(steps)).toBe(Math.max(sent, ...order));
        for (const step of steps) expect(step).not.toEqual({ kind: 'gap', missed: 0 });
      }),
    );
  });

  test('loses nothing that arrives within its window', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 60 }, (_, index) => index + 1),
          { minLength: 60 },
        ),
        (order) => {
          expect(messages(arrive(0, order))).toHaveLength(60);
        },
      ),
    );
  });
});
