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
import type { StreamSignal } from './event-stream.ts';
import type { HeardEvent, Look } from './looks.ts';
import { type NewDaemonOptions, newDaemons } from './new-daemon.ts';
import { type OrderSources, orderChanges } from './orders.ts';
import { type PromptLookOptions, promptLooks } from './prompt-looks.ts';
import { eventReasons } from './reasons.ts';
import { settle } from './settle.ts';

/** Where triggers come from. */
export interface TriggerSources
  extends Pick<NewDaemonOptions, 'knock' | 'keepsContainers'>,
    PromptLookOptions,
    OrderSources {
  /** null: events are switched off; the timer alone is the net. */
  readonly stream: Observable<StreamSignal> | null;
  /** Redis became ready. */
  readonly redisReady: Observable<unknown>;
  /** A pass failed because of Docker. */
  readonly dockerFailed: Observable<unknown>;
  /** Rejects while the engine does not answer. */
  readonly ping: () => Promise<void>;
  readonly resyncMs: number;
  readonly random: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Whether the engine's list tells of a start and of an end as soon as the event does. */
  readonly hasPromptList: () => boolean;
}

/** A reason to run a pass; with `event`, for a metric alone, when the oldest one came that it answers. */
export type Trigger = Look | { readonly reason: Exclude<TriggerReason, Look['reason']> };

const PROBE_MS = 1_000;
const JITTER = 0.1;

/** All reasons to run a pass but those that the loop has by itself. */
export function triggers(sources: TriggerSources): Observable<Trigger> {
  const stream = sources.stream === null ? null : sources.stream.pipe(share());
  const heard = stream === null ? NEVER : eventsOf(stream, sources.now);
  const ofPromptList = heard.pipe(filter(sources.hasPromptList));
  const late = eventReasons(heard.pipe(filter(() => !sources.hasPromptList())));
  const arrivals = late.arrivals.pipe(share());
  const signals = late.signals.pipe(share());
  const starts = stream === null ? of('start' as const) : merge(start(stream), ups(stream));
  const changes: Observable<Trigger> = merge(starts.pipe(map(reasonOf)), late.changes);
  const others: Observable<Exclude<TriggerReason, Look['reason']>> = merge(
    stream === null ? NEVER : merge(downs(stream), newDaemons({ ...sources, stream })),
    sources.redisReady.pipe(map(() => 'redis' as const)),
    fromEvent(process, 'SIGHUP').pipe(map(() => 'signal' as const)),
    dockerRecovery(sources),
    orderChanges(sources),
    resync(sources),
  );
  return merge(
    // Settling first, so that a trigger of its timer counts from the change it follows.
    changes.pipe(
      connect((shared) =>
        merge(settle({ changes: shared, arrivals, signals }, sources.listMs), shared),
      ),
    ),
    arrivals,
    signals,
    promptLooks(ofPromptList, sources),
    others.pipe(map(reasonOf)),
  );
}

function reasonOf<R extends Exclude<TriggerReason, Look['reason']>>(reason: R) {
  return { reason };
}

function eventsOf(stream: Observable<StreamSignal>, now: () => number): Observable<HeardEvent> {
  return stream.pipe(
    filter((signal) => signal.kind === 'event'),
    map(({ action, container }) => ({ action, container, at: now() })),
    share(),
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
