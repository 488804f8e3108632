import { growingMs } from '../model/growing-pause.ts';
import { needsPerson } from './redis-failure.ts';
import type { LinkState } from './redis-link.ts';

/**
 * A Redis that is back may have old routes, which fronts believe until whoever owns them has passed: nobody stays away
 * from it for longer than this, and than an attempt that leads nowhere.
 */
const PAUSES = { firstMs: 100, longestMs: 1_000 };
/** While Sentinels name a master: it may be another one at any moment. */
const NAMED_PAUSES = { firstMs: 200, longestMs: 200 };
const PERSON_MS = 30_000;

/**
 * The pause before the next attempt to connect, milliseconds. What only a person can mend is tried every 30 s.
 *
 * @param isNamed whether Sentinels name a master
 * @param random 0 to 1
 */
export function pauseMs({ failures, reason }: LinkState, isNamed: boolean, random: number): number {
  if (needsPerson(reason)) return PERSON_MS;
  return growingMs(isNamed ? NAMED_PAUSES : PAUSES, failures, random);
}
