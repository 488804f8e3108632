import { map, type Observable } from 'rxjs';
import { type EventSummary, readEventSummary } from './docker-event.ts';
import { type LineSignal, type LineStreamOptions, lineStream } from './line-stream.ts';

/** What the event stream says of itself. */
export type StreamSignal =
  | Exclude<LineSignal, { readonly kind: 'line' }>
  | ({ readonly kind: 'event' } & EventSummary);

/** How to open the stream, and chance (0 to 1) for the pauses. */
export type EventStreamOptions = LineStreamOptions;

/** The engine's events, for ever, each by what `readEventSummary` reads of it; see `lineStream`. */
export function eventStream(options: EventStreamOptions): Observable<StreamSignal> {
  return lineStream(options).pipe(
    map((signal) =>
      signal.kind === 'line' ? { kind: 'event', ...readEventSummary(signal.line) } : signal,
    ),
  );
}
