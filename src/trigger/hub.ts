import { concatMap, from, map, of, tap } from 'rxjs';
import { ConfigError } from '../errors.ts';
import type { AheadNote } from '../model/ahead.ts';
import type { TriggerReason } from '../model/trigger.ts';
import { type EventStreamOptions, eventStream, type StreamSignal } from './event-stream.ts';
import type { Inputs } from './inputs.ts';
import { type TriggerSources, triggers } from './triggers.ts';

/** What the triggers need from outside. */
export interface HubOptions extends Omit<TriggerSources, 'stream' | 'redisReady' | 'dockerFailed'> {
  readonly inputs: Inputs;
  /** null: events are switched off. */
  readonly openEvents: EventStreamOptions['open'] | null;
  /** What the event stream says of itself, for status, log and metrics. */
  readonly onSignal: (signal: StreamSignal) => void;
  /** What an event says ahead of the engine's list. */
  readonly onAhead: (note: AheadNote) => void;
  /** The engine read its settings anew. A look follows. */
  readonly onReload: () => void;
  /** Hears what was said ahead while no stream was open, as far as it can. The stream waits for it. */
  readonly catchUp: () => Promise<void>;
  /** The stream cannot be opened as things are configured. */
  readonly onFatal: (error: ConfigError) => void;
  /** @param eventAt when the oldest event came that this answers, for a metric; only where the reason is `event` */
  readonly onTrigger: (reason: TriggerReason, eventAt?: number) => void;
}

/**
 * Starts all sources of triggers. This is where rxjs ends: what comes out is a reason, handed to the loop.
 *
 * @returns ends them
 */
export function startTriggers(options: HubOptions): () => void {
  const { openEvents: open, random, inputs, onTrigger } = options;
  const { reopen } = inputs;
  const hear = listener(options);
  const caughtUp = concatMap((signal: StreamSignal) =>
    signal.kind === 'up' ? from(options.catchUp()).pipe(map(() => signal)) : of(signal),
  );
  const stream =
    open === null ? null : eventStream({ open, reopen, random }).pipe(caughtUp, tap(hear));
  const subscription = triggers({ ...options, ...inputs, stream }).subscribe((trigger) =>
    trigger.reason === 'event'
      ? onTrigger(trigger.reason, trigger.eventAt)
      : onTrigger(trigger.reason),
  );
  return () => subscription.unsubscribe();
}

function listener({ onSignal, onAhead, onReload, onFatal }: HubOptions) {
  return (signal: StreamSignal) => {
    onSignal(signal);
    if (signal.kind === 'down' && signal.error instanceof ConfigError) onFatal(signal.error);
    if (signal.kind !== 'event') return;
    if (signal.ahead !== null) onAhead(signal.ahead);
    if (signal.action === 'reload') onReload();
  };
}
