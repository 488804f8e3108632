import { ObserveError } from '../errors.ts';

/** What came of a knock: an answer, a connection that nobody speaks on (as an engine does while it starts), or neither. */
export type Presence = 'answers' | 'silent' | 'away';

/** @param ask rejects with `docker-timeout` where a connection was made, or nothing is known of one */
export async function presenceBy(ask: () => Promise<unknown>): Promise<Presence> {
  try {
    await ask();
    return 'answers';
  } catch (error) {
    // Decided: who answers something else is not an engine, whatever it is.
    return error instanceof ObserveError && error.code === 'docker-timeout' ? 'silent' : 'away';
  }
}
