import { expect, test } from 'vitest';
import { type ContainerId, shortId } from '../../../../src/model/ids.ts';
import { createLives } from '../../../../src/observe/containers/lives.ts';
import { idOf } from '../../desire/containers.ts';

const ID = idOf(1);

/** At 5,000 of the monotonic clock; the engine's says one million. */
function open(engine: number | null = 1_000_000) {
  const clock = { now: 5_000, engine };
  const lives = createLives({ now: () => clock.now, engineNow: () => clock.engine });
  return { clock, lives, began: (id: ContainerId = ID) => lives.beganAt(shortId(id)) };
}

test('a life is as old as it was when it was told', () => {
  const { clock, lives, began } = open();
  expect(began()).toBeNull();
  lives.started(ID, 999_000);
  clock.now = 9_000;
  expect(began()).toBe(4_000);
});

test('a start that is told again by another clock is the same one', () => {
  const { clock, lives, began } = open();
  lives.started(ID, 999_000);
  clock.engine = 500_000;
  clock.now = 9_000;
  lives.started(ID, 999_000);
  expect(began()).toBe(4_000);
});

test('the last start counts, one that is ahead or is dated by nobody as of now', () => {
  const { clock, lives, began } = open();
  lives.started(ID, 999_000);
  lives.started(ID, 1_000_500);
  expect(began()).toBe(5_000);
  clock.engine = null;
  clock.now = 6_000;
  lives.started(ID, 7);
  expect(began()).toBe(6_000);
});

test('forgets those that were told longest ago, where they are many', () => {
  const { lives, began } = open();
  lives.started(ID, 999_000);
  for (let index = 2; index <= 4_096; index += 1) lives.started(idOf(index), 999_000);
  expect(began()).toBe(4_000);
  lives.started(idOf(4_097), 999_000);
  expect(began()).toBeNull();
  expect(began(idOf(2))).toBe(4_000);
});
