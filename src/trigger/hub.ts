import { Subject, tap } from 'rxjs';
import type { TriggerReason } from '../model/trigger.ts';
import { type EventStreamOptions, eventStream, type StreamSignal } from './event-stream.ts';
import { type TriggerSources, triggers } from './triggers.ts';

/** What the app knows that the triggers need. */
export interface HubOptions extends Pick<TriggerSources, 'ping' | 'resyncMs' | 'random'> {
  /** null: events are switched off. */
  readonly openEvents: EventStreamOptions['open'] | null;
  /** What the event stream says of itself, for status, log and metrics. */
  readonly onSignal: (signal: StreamSignal) => void;
  readonly onTrigger: (reason: TriggerReason) => void;
}

/** Running triggers. */
export interface Hub {
  /** The connection to Redis is ready (again). */
  redisIsReady(): void;
  /** A pass failed because of Docker: look when it answers again. */
  dockerHasFailed(): void;
  /** The event stream may be dead without a word (a silent peer, lost events): open another. */
  reopenStream(): void;
  stop(): void;
}

/** Starts all sources of triggers. This is where rxjs ends: what comes out is a reason, handed to the loop. */
export function startTriggers(options: HubOptions): Hub {
  const { openEvents: open, random } = options;
  const redisReady = new Subject<void>();
  const dockerFailed = new Subject<void>();
  const reopen = new Subject<void>();
  const stream =
    open === null ? null : eventStream({ open, reopen, random }).pipe(tap(options.onSignal));
  const subscription = triggers({ ...options, stream, redisReady, dockerFailed }).subscribe(
    options.onTrigger,
  );
  return {
    redisIsReady: () => redisReady.next(),
    dockerHasFailed: () => dockerFailed.next(),
    reopenStream: () => reopen.next(),
    stop: () => subscription.unsubscribe(),
  };
}
