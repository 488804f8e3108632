import {
  connect,
  defer,
  exhaustMap,
  filter,
  from,
  fromEvent,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  repeat,
  retry,
  share,
  take,
  timer,
} from 'rxjs';
import type { TriggerReason } from '../model/trigger.ts';
import { drainChanges } from './drains.ts';
import type { StreamSignal } from './event-stream.ts';
import { type EventReasons, eventReasons } from './reasons.ts';
import { settle } from './settle.ts';

/** Where triggers come from. */
export interface TriggerSources {
  /** null: events are switched off; the timer alone is the net. */
  readonly stream: Observable<StreamSignal> | null;
  /** Redis became ready. */
  readonly redisReady: Observable<unknown>;
  /** A pass failed because of Docker. */
  readonly dockerFailed: Observable<unknown>;
  /** Rejects while the engine does not answer. */
  readonly ping: () => Promise<void>;
  /** See `drainChanges`. */
  readonly readDrains: () => Promise<string | null>;
  readonly resyncMs: number;
  readonly random: () => number;
}

const NO_EVENTS: EventReasons = { changes: NEVER, arrivals: NEVER, signals: NEVER };
const PROBE_MS = 1_000;
const JITTER = 0.1;

/** All reasons to run a pass but those that the loop has by itself. Each carries its reason, nothing else. */
export function triggers(sources: TriggerSources): Observable<TriggerReason> {
  const stream = sources.stream === null ? null : sources.stream.pipe(share());
  const events = stream === null ? NO_EVENTS : eventReasons(stream);
  const arrivals = events.arrivals.pipe(share());
  const signals = events.signals.pipe(share());
  const starts = stream === null ? of('start' as const) : merge(start(stream), ups(stream));
  const changes: Observable<TriggerReason> = merge(starts, events.changes);
  return merge(
    // Settling first, so that a trigger of its timer counts from the change it follows.
    changes.pipe(
      connect((shared) => merge(settle({ changes: shared, arrivals, signals }), shared)),
    ),
    arrivals,
    signals,
    stream === null ? NEVER : downs(stream),
    sources.redisReady.pipe(map(() => 'redis' as const)),
    fromEvent(process, 'SIGHUP').pipe(map(() => 'signal' as const)),
    dockerRecovery(sources),
    drainChanges(sources.readDrains),
    resync(sources),
  );
}

/**
 * The first pass waits for the event stream's headers, so that nothing falls between list and stream; if
 * the stream cannot be had, it runs all the same.
 */
function start(stream: Observable<StreamSignal>): Observable<'start'> {
  return stream.pipe(
    take(1),
    map(() => 'start' as const),
  );
}

function ups(stream: Observable<StreamSignal>): Observable<'stream'> {
  return stream.pipe(
    filter((signal) => signal.kind === 'up'),
    map(() => 'stream' as const),
  );
}

/** An engine that is gone is found out at once, and not by the next timer. */
function downs(stream: Observable<StreamSignal>): Observable<'stream_down'> {
  return stream.pipe(
    filter((signal) => signal.kind === 'down'),
    map(() => 'stream_down' as const),
  );
}

function resync({ resyncMs, random }: TriggerSources): Observable<'resync'> {
  const spread = () => 1 - JITTER + 2 * JITTER * random();
  return defer(() => timer(resyncMs * spread())).pipe(
    map(() => 'resync' as const),
    repeat(),
  );
}

/**
 * An engine that was frozen comes back without a word: its stream was never cut. So it is asked, and the
 * answer is a trigger if the first one failed (an engine that answers pings but no lists is left to the
 * loop's backoff).
 */
function dockerRecovery({ dockerFailed, ping }: TriggerSources): Observable<'docker'> {
  const probe = () => {
    let hasFailed = false;
    const attempt = defer(() => from(ping()));
    return attempt.pipe(
      retry({
        delay: () => {
          hasFailed = true;
          return timer(PROBE_MS);
        },
      }),
      filter(() => hasFailed),
      map(() => 'docker' as const),
    );
  };
  return merge(NEVER, dockerFailed.pipe(exhaustMap(probe)));
}
