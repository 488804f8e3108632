import { expect, test } from 'vitest';
import { createRestraint } from '../../../src/bus/restraint.ts';

function restraint() {
  const world = { now: 100_000, isBackedUp: false };
  const mayTell = createRestraint({ isBackedUp: () => world.isBackedUp, now: () => world.now });
  const told = (heardAt: number, port = 1) =>
    mayTell({ peer: { address: '10.0.0.1', port }, heardAt });
  return { world, told };
}

test('tells everybody everything as long as the kernel takes it', () => {
  const { told } = restraint();
  expect([told(0), told(0), told(99_000)]).toEqual([true, true, true]);
});

test('tells the silent one thing a second while it does not, and the lively everything', () => {
  const { world, told } = restraint();
  world.isBackedUp = true;
  expect([told(0), told(0), told(0, 2), told(0, 2)]).toEqual([true, false, true, false]);
  expect([told(75_000), told(75_000)]).toEqual([true, true]);
  world.now += 1_000;
  expect([told(0), told(0)]).toEqual([true, false]);
});

test('is wary for a while after, so that the dead do not fill it again at once', () => {
  const { world, told } = restraint();
  world.isBackedUp = true;
  expect([told(0), told(0)]).toEqual([true, false]);
  world.isBackedUp = false;
  expect(told(0)).toBe(false);
  world.now += 10_000;
  expect([told(0), told(0)]).toEqual([true, true]);
});
