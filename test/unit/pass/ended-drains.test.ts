import { expect, test } from 'vitest';
import { shortId } from '../../../src/model/ids.ts';
import { createEndedDrains } from '../../../src/pass/ended-drains.ts';
import type { Pass } from '../../../src/reconcile.ts';
import { idOf } from '../desire/containers.ts';

const ID = shortId(idOf(1));

/** One container, which runs and is drained from the first pass on. */
function open(began: number | null) {
  const world = { began, now: 1_000, text: '{}' };
  const ended = createEndedDrains({
    boot: null,
    beganAt: () => world.began,
    now: () => world.now,
  });
  const look = () => {
    const drain = { since: 50_000, by: 'me', urls: [], text: world.text };
    const opening = { writtenIn: null, now: 90_000, drains: new Map([[ID, drain]]) };
    return ended({ opening, workloads: [{ id: idOf(1) }] } as unknown as Pass).map(([id]) => id);
  };
  return { world, look };
}

test('a drain ends with the life in which it was seen', () => {
  const { world, look } = open(500);
  expect(look()).toEqual([]);
  world.now = 2_000;
  expect(look()).toEqual([]);
  world.began = 1_500;
  expect(look()).toEqual([ID]);
});

test('who began before the drain was seen here stays drained, and so does of whom no start was heard', () => {
  for (const began of [999, 1_000, null]) {
    const { world, look } = open(began);
    look();
    world.now = 9_000;
    expect(look()).toEqual([]);
  }
});

test('a drain that was written anew is of the life that it was seen in', () => {
  const { world, look } = open(500);
  look();
  world.began = 1_500;
  world.text = '{"by":"somebody else"}';
  world.now = 2_000;
  expect(look()).toEqual([]);
});
