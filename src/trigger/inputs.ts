import { type Observable, Subject } from 'rxjs';

/** What only others can tell the triggers. Made before anybody who speaks to it, and heard by `startTriggers`. */
export interface Inputs {
  /** The connection to Redis is ready (again). */
  redisIsReady(): void;
  /** A pass failed because of Docker: look when it answers again. */
  dockerHasFailed(): void;
  /** The event stream may be dead without a word (a silent peer, lost events): open another. */
  reopenStream(): void;
  readonly redisReady: Observable<void>;
  readonly dockerFailed: Observable<void>;
  readonly reopen: Observable<void>;
}

/** Nobody hears them yet; what is told before somebody does is told to nobody. */
export function createInputs(): Inputs {
  const redisReady = new Subject<void>();
  const dockerFailed = new Subject<void>();
  const reopen = new Subject<void>();
  return {
    redisIsReady: () => redisReady.next(),
    dockerHasFailed: () => dockerFailed.next(),
    reopenStream: () => reopen.next(),
    redisReady,
    dockerFailed,
    reopen,
  };
}
