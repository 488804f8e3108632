import { expect, test } from 'vitest';
import { batchesOf, type MarkedHost, type Step } from '../../../src/apply/batches.ts';

function step(vhost: string, before: number, after: number, marked = 0): Step {
  const snapshot = (length: number) => ({
    identifier: vhost,
    entries: Array<string>(length).fill(''),
  });
  const hosts = Array.from({ length: marked }, (_, n): MarkedHost => [`${n}.local`]);
  return {
    hosts,
    change: {
      kind: 'update',
      vhost,
      before: snapshot(before),
      after: snapshot(after),
      claimBefore: { backends: new Map(), heldSince: null },
      write: { vhost, identifier: vhost, backends: [], asked: false },
    },
  };
}

function shape(steps: readonly Step[]): readonly (readonly string[])[] {
  return batchesOf(steps).map((batch) => batch.map(({ change }) => change.vhost));
}

test('nothing to do makes no batch', () => {
  expect(batchesOf([])).toEqual([]);
});

test('a batch holds 71 vhosts of one backend', () => {
  const steps = Array.from({ length: 143 }, (_, n) => step(`${n}`, 1, 1));

  expect(shape(steps).map((batch) => batch.length)).toEqual([71, 71, 1]);
});

test('the longer of the lists before and after counts', () => {
  expect(shape([step('a', 400, 0), step('b', 0, 400), step('c', 1, 1)])).toEqual([
    ['a'],
    ['b', 'c'],
  ]);
});

test('a vhost that is too large for a batch is one of its own', () => {
  expect(shape([step('a', 1, 1), step('big', 1_000, 1_000), step('c', 1, 1)])).toEqual([
    ['a'],
    ['big'],
    ['c'],
  ]);
});

test('marked hosts under a wildcard count like vhosts', () => {
  expect(shape([step('*.a', 1, 1, 130), step('b', 10, 10)])).toEqual([['*.a'], ['b']]);
});
