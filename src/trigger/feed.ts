import { NEVER } from 'rxjs';
import { type LineSignal, type LineStreamOptions, lineStream } from './line-stream.ts';

/** What a feed needs from outside. */
export interface EventFeedOptions extends Pick<LineStreamOptions, 'open' | 'random'> {
  readonly onSignal: (signal: LineSignal) => void;
}

/**
 * Follows the engine's events for whoever wants to know what they say: no trigger comes of it.
 *
 * @returns ends it
 */
export function startFeed({ open, random, onSignal }: EventFeedOptions): () => void {
  const subscription = lineStream({ open, random, reopen: NEVER }).subscribe(onSignal);
  return () => subscription.unsubscribe();
}
