import type { Readable } from 'node:stream';
import { NEVER } from 'rxjs';
import { lineStream } from './line-stream.ts';

/** What changes of a swarm make its managers decide anew. These events come on managers alone. */
export const SWARM_EVENT_FILTERS = { type: ['service', 'node'] } as const;

/**
 * Tells of each of them, and of each time that some may have been missed.
 *
 * @returns ends it
 */
export function hearSwarm(
  open: (signal: AbortSignal) => Promise<Readable>,
  random: () => number,
  onEvent: () => void,
): () => void {
  const heard = lineStream({ open, reopen: NEVER, random }).subscribe(({ kind }) => {
    if (kind !== 'down') onEvent();
  });
  return () => heard.unsubscribe();
}
