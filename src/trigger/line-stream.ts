import type { Readable } from 'node:stream';
import { catchError, concatWith, defer, Observable, of, repeat, takeUntil, tap, timer } from 'rxjs';
import { growingMs } from '../model/growing-pause.ts';
import { lineSplitter } from './lines.ts';

/** What a stream of events says, and what it says of itself. */
export type LineSignal =
  /** The engine answered with the response's headers: nothing that happens from now on is missed. */
  | { readonly kind: 'up' }
  /** null: it was too long to be read. */
  | { readonly kind: 'line'; readonly line: string | null }
  /** It is opened again after a pause. `ended`: it was open, and the other side ended it. */
  | { readonly kind: 'down'; readonly error: Error; readonly ended: boolean };

/** How to open the stream, and chance (0 to 1) for the pauses. */
export interface LineStreamOptions {
  /** Resolves at the response's headers. The signal ends the stream. */
  readonly open: (signal: AbortSignal) => Promise<Readable>;
  /** The stream is not to be trusted (any more): end it, and open another. */
  readonly reopen: Observable<unknown>;
  readonly random: () => number;
}

/** The kernel gave up a peer that says nothing, as the way there may be cut: whether it has gone is not known. */
const WITHOUT_A_WORD = /\b(?:ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN)\b/;

const PAUSES = { firstMs: 200, longestMs: 5_000 };

/** The engine's events as text, for ever: after each end the stream is opened again, 0.2 to 5 s later. */
export function lineStream({ open, reopen, random }: LineStreamOptions): Observable<LineSignal> {
  let failures = 0;
  let isOpen = false;
  const down = (error: Error): LineSignal => ({
    ...{ kind: 'down', error },
    ended: isOpen && !WITHOUT_A_WORD.test(error.message),
  });
  const givenUp = reopen.pipe(
    tap(() => {
      isOpen = false;
    }),
  );
  return defer(() => once(open)).pipe(
    takeUntil(givenUp),
    concatWith(defer(() => of(down(new Error('the stream ended'))))),
    catchError((error: unknown) =>
      of(down(error instanceof Error ? error : new Error(String(error)))),
    ),
    tap(({ kind }) => {
      if (kind === 'up') failures = 0;
      if (kind === 'down') failures += 1;
      if (kind !== 'line') isOpen = kind === 'up';
    }),
    repeat({ delay: () => timer(growingMs(PAUSES, failures, random())) }),
  );
}

/** One life of the stream. */
function once(open: LineStreamOptions['open']): Observable<LineSignal> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    open(abort.signal).then(
      (stream) => {
        const split = lineSplitter();
        stream.on('data', (chunk: Buffer) => {
          for (const line of split(chunk)) subscriber.next({ kind: 'line', line });
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
