import type { Breach } from './breach.ts';
import type { MakeMutant } from './mutant.ts';
import { simulate } from './simulate.ts';
import type { Schedule } from './step.ts';

/**
 * The seed at which a fault was found that few schedules show: it is tried first, and where it shows nothing any more,
 * as what happens in a schedule has changed, all of them are.
 */
const FOUND_AT: ReadonlyMap<string, number> = new Map([
  ['marks last longer with every move', 113],
  ['what was told to stop before it listened is not asked for', 42],
  ['nobody is told to stop', 42],
  ['nobody looks at drains but the timer', 42],
  ["a disputed address is anybody's", 7],
  ['drains of the gone stay', 14],
  ['an unknown container is taken for none', 205],
  ['what is not a list is an empty one', 36],
  ['a list that does not come is an empty one', 17],
  ['a list that does not come is the last one', 35],
  ['a request has no deadline', 35],
  ['a write that failed is sent again', 29],
  ['the timer does not count', 107],
  ['a stream that opens again does not count', 132],
  ['the guard is off', 11],
  ['what Redis notes of writes is not heeded', 6],
  ['a daemon that starts anew does not count', 11],
  ['what the daemon that is gone was asked is waited for', 17],
  ['what is ours and leads to another is not taken back', 73],
  ['a clone counts as the machine that it was made from', 5],
  ['last backends go at once', 16],
  ['a late write of the lapsed counts', 179],
  ['nobody reaps', 85],
  ['the last go as soon as a lease is over', 16],
]);

/** Where a fault shows, and how. */
export interface FoundFault {
  readonly seed: number;
  readonly breach: Breach;
}

/** Looks for a fault in so many schedules; null: none of them shows it. */
export async function findFault(
  make: MakeMutant,
  scheduleOf: (seed: number) => Schedule,
  most: number,
): Promise<FoundFault | null> {
  const first = FOUND_AT.get(make().name);
  const seeds = Array.from({ length: most }, (_, index) => index + 1);
  for (const seed of first === undefined ? seeds : [first, ...seeds]) {
    const { breach } = await simulate(scheduleOf(seed), make);
    if (breach !== null) return { seed, breach };
  }
  return null;
}
