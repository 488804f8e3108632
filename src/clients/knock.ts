import { messageOf, ObserveError } from '../errors.ts';

/**
 * What came of a knock: an answer; a connection that nobody speaks on (as an engine does while it starts), or no word of
 * one; that nobody is there, by the word of the machine itself; or that the way there is blocked, which tells nothing, as
 * does one that this process called off.
 */
export type Presence = 'answers' | 'silent' | 'away' | 'blocked' | 'cancelled';

/** @param ask rejects with an ObserveError of `callDocker` */
export async function presenceBy(ask: () => Promise<unknown>): Promise<Presence> {
  try {
    await ask();
    return 'answers';
  } catch (error) {
    return presenceOf(error);
  }
}

/** No socket, no listener, or one that ends at once. */
const NOBODY = /\b(?:ENOENT|ECONNREFUSED|ECONNRESET|EPIPE|socket hang up)\b/;

function presenceOf(error: unknown): Presence {
  const code = error instanceof ObserveError ? error.code : null;
  if (code === 'docker-timeout') return 'silent';
  if (code === 'docker-cancelled') return 'cancelled';
  // Decided: who answers something else is not an engine, whatever it is.
  const isAway = code !== 'docker-unreachable' || NOBODY.test(messageOf(error));
  return isAway ? 'away' : 'blocked';
}
