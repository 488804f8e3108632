import { expect, test } from 'vitest';
import {
  batchesOf,
  claimedBatches,
  type MarkedHost,
  type Step,
} from '../../../src/apply/batches.ts';

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

test('what a claim lets expect is cut as well, a wildcard with its hosts', () => {
  const copies = new Map([
    ['*.a', 4],
    ['b', 1_000],
    ...Array.from({ length: 60 }, (_, n): [string, number] => [`c${n}`, 4]),
  ]);
  const hosts = Array.from({ length: 80 }, (_, n): MarkedHost => [`${n}.a`]);

  const batches = claimedBatches(copies, new Map([['*.a', hosts]]));
  expect(batches.map((batch) => batch.length)).toEqual([1, 1, 50, 10]);
  expect(batches[0]).toEqual([{ v: '*.a', hosts }]);
  expect(batches.flat().map(({ v }) => v)).toEqual([...copies.keys()]);
});
