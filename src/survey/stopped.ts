import { ObserveError } from '../errors.ts';
import type { Wiring } from '../pass/clients.ts';

/** What an engine takes for a name or an id: nothing else becomes part of a request. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,200}$/;

/**
 * The state of a container that is not among the running ones (`exited`, `created`); null if there is none of
 * this name, or the engine cannot tell.
 */
export async function stateOfStopped(
  { sessions }: Pick<Wiring, 'sessions'>,
  name: string,
): Promise<string | null> {
  if (!NAME.test(name)) return null;
  try {
    const session = await sessions.current();
    const reply = await session.inspect(name, ({ State }) => ({ state: State }));
    const state = reply === 'gone' ? null : reply.state;
    const isTold = typeof state === 'object' && state !== null && 'Status' in state;
    return isTold && typeof state.Status === 'string' ? state.Status : null;
  } catch (error) {
    if (error instanceof ObserveError) return null; // that the engine does not answer is told already
    throw error;
  }
}
