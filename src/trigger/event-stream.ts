import type { Readable } from 'node:stream';
import { catchError, concatWith, defer, Observable, of, repeat, takeUntil, tap, timer } from 'rxjs';
import { actionOf, type EventAction } from './docker-event.ts';
import { lineSplitter } from './lines.ts';

/** What the event stream says of itself. */
export type StreamSignal =
  /** The engine answered with the response's headers: nothing that happens from now on is missed. */
  | { readonly kind: 'up' }
  | { readonly kind: 'event'; readonly action: EventAction }
  /** It ended, or could not be opened; it is opened again after a pause. */
  | { readonly kind: 'down'; readonly error: Error };

/** How to open the stream, and chance (0 to 1) for the pauses. */
export interface EventStreamOptions {
  /** Resolves at the response's headers. The signal ends the stream. */
  readonly open: (signal: AbortSignal) => Promise<Readable>;
  /** The stream is not to be trusted (any more): end it, and open another. */
  readonly reopen: Observable<unknown>;
  readonly random: () => number;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** The engine's events, for ever: after each end the stream is opened again, 0.2 to 5 s later. */
export function eventStream({
  open,
  reopen,
  random,
}: EventStreamOptions): Observable<StreamSignal> {
  let failures = 0;
  return defer(() => once(open)).pipe(
    takeUntil(reopen),
    concatWith(defer(() => of(down(new Error('the stream ended'))))),
    catchError((error: unknown) =>
      of(down(error instanceof Error ? error : new Error(String(error)))),
    ),
    tap((signal) => {
      if (signal.kind === 'up') failures = 0;
      if (signal.kind === 'down') failures += 1;
    }),
    repeat({ delay: () => timer(pauseMs(failures, random())) }),
  );
}

function down(error: Error): StreamSignal {
  return { kind: 'down', error };
}

/** One life of the stream. */
function once(open: EventStreamOptions['open']): Observable<StreamSignal> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    open(abort.signal).then(
      (stream) => {
        const split = lineSplitter();
        stream.on('data', (chunk: Buffer) => {
          for (const line of split(chunk))
            subscriber.next({ kind: 'event', action: actionOf(line) });
        });
        stream.on('error', (error) => subscriber.error(error));
        // The only signal that always comes: after an error, a clean end and an abort alike.
        stream.on('close', () => subscriber.complete());
        subscriber.add(() => stream.destroy());
        subscriber.next({ kind: 'up' });
      },
      (error: unknown) => subscriber.error(error),
    );
    return () => abort.abort();
  });
}

function pauseMs(failures: number, random: number): number {
  const grown = FIRST_PAUSE_MS * 2 ** Math.min(Math.max(failures - 1, 0), 10);
  return Math.min(grown, LONGEST_PAUSE_MS) * (0.75 + random / 4);
}
