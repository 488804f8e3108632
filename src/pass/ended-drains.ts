import type { Boot } from '../clients/boot.ts';
import type { Drain } from '../model/drain.ts';
import { type ShortId, shortId } from '../model/ids.ts';
import type { Lives } from '../observe/containers/lives.ts';
import type { Pass } from '../reconcile.ts';
import { isAnotherBoot } from './claims-age.ts';

/** The drains of containers that have ended since they were drained; see `createEndedDrains`. */
export type EndedDrains = (
  pass: Pick<Pass, 'opening' | 'workloads'>,
) => readonly (readonly [ShortId, Drain])[];

/** What ends are told by. */
interface EndedDrainsOptions extends Pick<Lives, 'beganAt'> {
  /** Of this host; null: not known. */
  readonly boot: Boot | null;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** A list of an engine may be late by so much, ms: who was drained since then is not gone because it is not listed. */
const LATE_LIST_MS = 10_000;

interface SeenDrain {
  readonly text: string;
  /** Monotonic milliseconds. */
  readonly seenAt: number;
}

/**
 * Those of containers that are not there, that began anew with their host, or that began another life after the drain
 * was seen here, as by `docker restart`. (By no clock of Redis or of the engine: one that jumps would lead requests to
 * who is drained. Who began anew while nobody looked stays drained.)
 */
export function createEndedDrains({ boot, beganAt, now }: EndedDrainsOptions): EndedDrains {
  let seen: ReadonlyMap<ShortId, SeenDrain> = new Map();
  return ({ opening, workloads }) => {
    const { drains } = opening;
    const time = now();
    const before = seen;
    const seenOf = (id: ShortId, { text }: Drain): SeenDrain => {
      const known = before.get(id);
      return known?.text === text ? known : { text, seenAt: time };
    };
    seen = new Map([...drains].map(([id, drain]) => [id, seenOf(id, drain)]));
    if (drains.size === 0) return [];
    const bootedAt = boot !== null && isAnotherBoot(opening, boot) ? opening.now - boot.upMs() : 0;
    const present = new Set(workloads.map(({ id }) => shortId(id)));
    return [...drains].filter(([id, { since }]) => {
      const isOfEarlierBoot = since !== null && since < bootedAt;
      const isOfEarlierLife = (beganAt(id) ?? 0) > (seen.get(id)?.seenAt ?? time);
      // Of one that is ahead the clock was set back since.
      const isOld = Math.abs(opening.now - (since ?? 0)) >= LATE_LIST_MS;
      return isOfEarlierBoot || isOfEarlierLife || (!present.has(id) && isOld);
    });
  };
}
