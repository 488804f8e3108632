import {
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  from,
  map,
  type Observable,
  repeat,
  switchMap,
  take,
  takeWhile,
} from 'rxjs';
import type { StreamSignal } from './event-stream.ts';

/** How it is found out whether another daemon has come. */
export interface NewDaemonOptions {
  readonly stream: Observable<StreamSignal>;
  /**
   * Who is there: one that answers, one that is silent (as a daemon is while it starts), or nobody; or no way there, or no
   * more time to ask.
   */
  readonly knock: (
    withinMs: number,
  ) => Promise<'answers' | 'silent' | 'away' | 'blocked' | 'cancelled'>;
  /** Whether containers live on, at their addresses, while the daemon is started anew. */
  readonly keepsContainers: () => boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

const KNOCK_MS = 100;
/**
 * Where nobody was ever seen to be away the socket is another's (systemd's, a proxy's), and so long a silence after the
 * stream has ended is a daemon that starts. A proxy that was started anew answers at once.
 */
const SILENT_MS = 1_000;

/**
 * Tells when a daemon has come in the place of the one before and does not answer yet: it restores the containers, none
 * of which has the address that it had, and many have another's. The daemon before is known to be gone by its stream,
 * which ended; one that is frozen ends none, and one that is away has dealt no address to anybody. A network that is cut
 * tells nothing of the daemon behind it.
 */
export function newDaemons(options: NewDaemonOptions): Observable<'restart'> {
  return options.stream.pipe(
    filter(({ kind }) => kind === 'up' || kind === 'down'),
    // It fails to open again and again.
    distinctUntilChanged((before, after) => before.kind === after.kind),
    switchMap((signal) => (signal.kind === 'down' ? wait(options, signal.ended) : EMPTY)),
  );
}

/** @param ended the daemon is known to be gone; else it has to be seen away first */
function wait({ knock, keepsContainers, now }: NewDaemonOptions, ended: boolean) {
  let wasAway = false;
  let silentSince: number | null = null;
  const look = async (): Promise<'go on' | 'is there' | 'starts'> => {
    const presence = await knock(KNOCK_MS);
    if (presence === 'answers') return 'is there';
    wasAway ||= presence === 'away';
    silentSince = presence === 'silent' ? (silentSince ?? now()) : null;
    const isStarting =
      silentSince !== null && (wasAway || (ended && now() - silentSince >= SILENT_MS));
    return isStarting ? 'starts' : 'go on';
  };
  if (keepsContainers()) return EMPTY;
  return defer(() => from(look())).pipe(
    repeat({ delay: KNOCK_MS }),
    takeWhile((found) => found !== 'is there'),
    filter((found) => found === 'starts'),
    take(1),
    map(() => 'restart' as const),
  );
}
