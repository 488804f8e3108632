import type { RedisCommand, RedisConnection } from '../../clients/redis.ts';
import { ObserveError } from '../../errors.ts';
import type { Block } from './script-read.ts';

/** After so long a pass reads all: nothing is true for ever because it was so once. */
export const SPARED_FOR_MS = 300_000;
/** After each pass in a row that a watch may have made fail, twice as many go without one. */
const MOST_RESTING = 64;

/** A connection: ids begin anew with the server. */
export interface WatchLink extends Pick<LinkInfo, 'id'> {
  readonly run: string;
}

/** What is noted. */
export interface Watched extends WatchLink {
  readonly blocks: ReadonlySet<Block>;
  /** Who claims there besides this owner. */
  readonly others: readonly string[];
}

/** Which connection it is, and whether a key that is watched was written to. */
export interface LinkInfo {
  readonly id: string;
  readonly isWritten: boolean;
}

/** What is known of the watch of a connection. */
export interface WatchState {
  ability: 'untried' | 'able' | 'unable';
  /** On which Redis has shown that it tells of a write: what is behind an address may be another one tomorrow. */
  proven: WatchLink | null;
  watched: Watched | null;
  /** When all was read last, and when the last pass that watched opened: by Redis' clock. */
  allReadAt: number;
  openedAt: number;
  /** A pass watches, and has not come to its end. */
  isUnderway: boolean;
  /** For how many passes nothing is watched, and for how many after the next failure. */
  resting: number;
  nextRest: number;
}

/** Nothing is watched. `isOurs`: nobody else watches on this connection. */
export function newWatchState(isOurs: boolean): WatchState {
  return {
    ...{ ability: isOurs ? 'untried' : 'unable', proven: null, watched: null },
    ...{ allReadAt: 0, openedAt: 0, isUnderway: false, resting: 0, nextRest: 1 },
  };
}

/** A pass failed. If that is for the watch, as where a right was taken away, the next ones are not to fail as well. */
export function giveUp(state: WatchState): void {
  state.isUnderway = false;
  state.resting = state.nextRest;
  state.nextRest = Math.min(2 * state.nextRest, MOST_RESTING);
  forget(state);
}

/** Nothing is noted any more, and it is to be shown anew that anything is. */
export function forget(state: WatchState): void {
  state.watched = null;
  state.proven = null;
  if (state.ability === 'able') state.ability = 'untried';
}

/** Whether they are one connection. */
export function isSameLink({ id, run }: WatchLink, other: WatchLink | null): boolean {
  return other !== null && id === other.id && run === other.run;
}

/** Reads the reply to `CLIENT INFO`. What does not tell counts as written. */
export function parseInfo(told: unknown): LinkInfo {
  const [, id = ''] = /^id=(\d+) /.exec(String(told)) ?? [];
  const [, flags = 'd'] = / flags=(\w+)/.exec(String(told)) ?? [];
  return { id, isWritten: flags.includes('d') };
}

/** The replies; null: this user may not. */
export async function unlessRefused(
  redis: Pick<RedisConnection, 'read'>,
  commands: readonly RedisCommand[],
): Promise<readonly unknown[] | null> {
  try {
    return await redis.read(commands);
  } catch (error) {
    if (error instanceof ObserveError && error.code === 'redis-refused') return null;
    throw error;
  }
}
