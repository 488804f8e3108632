import type { Logger } from 'pino';
import { ObserveError } from '../errors.ts';

/** Something in Redis for people who look: no pass needs it, and it changes between passes. */
export interface Glance<T> {
  /** Read now, or a moment ago; null: Redis cannot tell. */
  current(): Promise<T | null>;
  /** Rises when it differs from before; what changed is looked for in the background. */
  revision(): number;
}

/** How it is read. */
export interface GlanceOptions<T> {
  /** @throws ObserveError if Redis cannot be read */
  readonly read: () => Promise<T>;
  /** What is compared to tell a change; null: Redis cannot tell. */
  readonly textOf: (found: T | null) => string;
  /** False: Redis is known to be down, and asking would only take time. */
  readonly isRedisUp: () => boolean;
  /** For how long what was read is good enough, milliseconds; for longer if reading it took long. */
  readonly maxAgeMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Told of a fault that nobody asked for. */
  readonly log: Pick<Logger, 'error'>;
}

/** Reading may mean a look at every key: of the time that takes, this many times as much is a pause. */
const PAUSE_TIMES = 20;

/** However many look, Redis is asked once in a while. */
export function createGlance<T>(options: GlanceOptions<T>): Glance<T> {
  const { read, textOf, isRedisUp, maxAgeMs, now, log } = options;
  const seen = { found: null as T | null, text: null as string | null };
  let revision = 0;
  let goodUntil = Number.NEGATIVE_INFINITY;
  let underWay: Promise<T | null> | null = null;

  const refresh = async () => {
    const begunAt = now();
    const found = isRedisUp() ? await orNull(read) : null;
    const readAt = now();
    goodUntil = readAt + Math.max(maxAgeMs, PAUSE_TIMES * (readAt - begunAt));
    const text = textOf(found);
    // The first look finds nothing other than before.
    if (seen.text !== null && text !== seen.text) revision += 1;
    Object.assign(seen, { found, text });
    return found;
  };
  const current = () => {
    if (now() < goodUntil) return Promise.resolve(seen.found);
    underWay ??= refresh().finally(() => {
      underWay = null;
    });
    return underWay;
  };
  return {
    current,
    revision() {
      current().catch((error: unknown) => log.error({ err: error }, 'Redis cannot be looked at'));
      return revision;
    },
  };
}

async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ObserveError) return null; // the status tells that Redis does not answer
    throw error;
  }
}
