import { expect, test } from 'vitest';
import type { Pass } from '../../../src/reconcile.ts';
import { appliedChanges } from '../../../src/report/applied-changes.ts';
import { change, passThatDid } from './world.ts';

const CHANGES = ['a.test', 'b.test', 'c.test'].map((vhost) =>
  change('create', vhost, null, { 'http://10.0.0.1:80': ['aaaaaaaaaaaa'] }),
);

test('are those of the plan that the write really did', () => {
  const pass = passThatDid(CHANGES, {}, ['a.test', 'c.test']);
  expect(appliedChanges(pass).map(({ vhost }) => vhost)).toEqual(['a.test', 'c.test']);
});

test('leave out a pass that wrote nothing, and what met a fault', () => {
  const faulty = passThatDid(CHANGES);
  const results = [{ vhost: 'a.test', kind: 'fault', key: 'frontend:a.test', problem: 'x' }];
  expect(appliedChanges({ ...faulty, applied: null })).toEqual([]);
  expect(
    appliedChanges({ ...faulty, applied: { kind: 'applied', results, marksMoved: 0 } } as Pass),
  ).toEqual([]);
});
