import { ObserveError } from '../errors.ts';
import type { HostMarks } from '../explain/facts.ts';

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
  /** For how long what was read is good enough, milliseconds. */
  readonly maxAgeMs: number;
}

/** However many look, Redis is asked once in a while. */
export function createDeadMarks({ read, isRedisUp, maxAgeMs }: DeadMarksOptions): DeadMarks {
  let marks: Marks | null = null;
  let slots: string | null = null;
  let revision = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<Marks | null> | null = null;

  const refresh = async () => {
    marks = isRedisUp() ? await orNull(read) : null;
    readAt = performance.now();
    const found = slotsText(marks);
    // The first look finds nothing other than before.
    if (slots !== null && found !== slots) revision += 1;
    slots = found;
    return marks;
  };
  const current = () => {
    if (performance.now() - readAt < maxAgeMs) return Promise.resolve(marks);
    underWay ??= refresh().finally(() => {
      underWay = null;
    });
    return underWay;
  };
  return {
    current,
    revision() {
      // A fault is told to whoever asks for the routes.
      current().catch(() => undefined);
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
