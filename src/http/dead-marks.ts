import type { Logger } from 'pino';
import { ObserveError } from '../errors.ts';
import type { HostMarks } from '../model/marks.ts';

/** The marks of each requested host. */
export type Marks = ReadonlyMap<string, HostMarks>;

/** Dead marks for people who look: proxies set and take them between our passes. */
export interface DeadMarks {
  /** Read now, or a moment ago; null: Redis cannot tell. */
  current(): Promise<Marks | null>;
  /** Rises when other slots are marked than before; what changed is looked for in the background. */
  revision(): number;
}

/** How the marks are read. */
export interface DeadMarksOptions {
  /** @throws ObserveError if Redis cannot be read */
  readonly read: () => Promise<Marks>;
  /** False: Redis is known to be down, and asking would only take time. */
  readonly isRedisUp: () => boolean;
  /** For how long what was read is good enough, milliseconds; for longer if reading it took long. */
  readonly maxAgeMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Told of a fault that nobody asked for. */
  readonly log: Pick<Logger, 'error'>;
}

/** Under a wildcard every key is looked at: of the time that takes, this many times as much is a pause. */
const PAUSE_TIMES = 20;

/** However many look, Redis is asked once in a while. */
export function createDeadMarks(options: DeadMarksOptions): DeadMarks {
  const { read, isRedisUp, maxAgeMs, now, log } = options;
  let marks: Marks | null = null;
  let slots: string | null = null;
  let revision = 0;
  let goodUntil = Number.NEGATIVE_INFINITY;
  let underWay: Promise<Marks | null> | null = null;

  const refresh = async () => {
    const begunAt = now();
    marks = isRedisUp() ? await orNull(read) : null;
    const readAt = now();
    goodUntil = readAt + Math.max(maxAgeMs, PAUSE_TIMES * (readAt - begunAt));
    const found = slotsText(marks);
    // The first look finds nothing other than before.
    if (slots !== null && found !== slots) revision += 1;
    slots = found;
    return marks;
  };
  const current = () => {
    if (now() < goodUntil) return Promise.resolve(marks);
    underWay ??= refresh().finally(() => {
      underWay = null;
    });
    return underWay;
  };
  return {
    current,
    revision() {
      current().catch((error: unknown) => log.error({ err: error }, 'Dead marks cannot be read'));
      return revision;
    },
  };
}

async function orNull(read: () => Promise<Marks>): Promise<Marks | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ObserveError) return null; // the status tells that Redis does not answer
    throw error;
  }
}

function slotsText(marks: Marks | null): string {
  return marks === null
    ? ''
    : JSON.stringify([...marks].map(([host, { members }]) => [host, members]));
}
