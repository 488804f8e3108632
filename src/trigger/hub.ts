import { tap } from 'rxjs';
import type { TriggerReason } from '../model/trigger.ts';
import { type EventStreamOptions, eventStream, type StreamSignal } from './event-stream.ts';
import type { Inputs } from './inputs.ts';
import { type TriggerSources, triggers } from './triggers.ts';

/** What the triggers need from outside. */
export interface HubOptions extends Pick<TriggerSources, 'ping' | 'resyncMs' | 'random'> {
  readonly inputs: Inputs;
  /** null: events are switched off. */
  readonly openEvents: EventStreamOptions['open'] | null;
  /** What the event stream says of itself, for status, log and metrics. */
  readonly onSignal: (signal: StreamSignal) => void;
  readonly onTrigger: (reason: TriggerReason) => void;
}

/**
 * Starts all sources of triggers. This is where rxjs ends: what comes out is a reason, handed to the loop.
 *
 * @returns ends them
 */
export function startTriggers(options: HubOptions): () => void {
  const { openEvents: open, random, inputs } = options;
  const { reopen } = inputs;
  const stream =
    open === null ? null : eventStream({ open, reopen, random }).pipe(tap(options.onSignal));
  const subscription = triggers({ ...options, ...inputs, stream }).subscribe(options.onTrigger);
  return () => subscription.unsubscribe();
}
