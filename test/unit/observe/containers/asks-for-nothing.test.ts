import { expect, test } from 'vitest';
import { asksForNothing } from '../../../../src/observe/containers/asks-for-nothing.ts';
import { REPLY } from './held-inspections.ts';

const known = (env: Readonly<Record<string, string>>, hasOwnLabels = false) =>
  ({
    kind: 'known',
    inspection: { ...REPLY, env: new Map(Object.entries(env)), hasOwnLabels },
  }) as const;

test('one without a variable or a label of ours asks for nothing', () => {
  expect(asksForNothing(known({ PORT: '3000' }))).toBe(true);
});

test.each([
  [{ VIRTUALHOST: 'a.test' }, false],
  [{ ALIAS: 'a.test' }, false],
  [{}, true],
])('one with %j, labels %j, may ask for a route', (env, hasOwnLabels) => {
  expect(asksForNothing(known(env, hasOwnLabels))).toBe(false);
});

test('one that nobody has inspected may ask for anything', () => {
  expect(asksForNothing({ kind: 'unknown', why: 'under way' })).toBe(false);
  expect(asksForNothing({ kind: 'gone' })).toBe(false);
});
