import type { ContainerLine } from '../../model/container.ts';
import type { ContainerId } from '../../model/ids.ts';

/** When containers were created; see `createBirths`. */
export interface Births {
  /** @param time what Redis answered to TIME */
  tell(time: unknown): void;
  /**
   * Milliseconds, Redis' clock.
   *
   * @param createdAt what their engine says, seconds
   */
  at(id: ContainerId, createdAt: number): number;
  /** Forgets all others. */
  retain(lines: readonly Pick<ContainerLine, 'id'>[]): void;
  /** Forgets all. */
  forget(): void;
}

/**
 * When containers were created, by Redis' clock: by how long ago their own engine says it was. A container keeps what
 * was found first, so that of two the same one is always the older.
 */
export function createBirths(engineNow: () => number | null): Births {
  const times = new Map<ContainerId, number>();
  /** From the engine's clock to Redis'. */
  let offsetMs = 0;
  return {
    tell(time) {
      const [seconds, microseconds = 0] = (Array.isArray(time) ? time : []).map(Number);
      const now = engineNow();
      if (seconds === undefined || now === null) return;
      offsetMs = seconds * 1_000 + Math.floor(microseconds / 1_000) - Math.round(now);
    },
    at(id, createdAt) {
      const at = times.get(id) ?? Math.max(0, createdAt * 1_000 + offsetMs);
      times.set(id, at);
      return at;
    },
    retain(lines) {
      const ids = new Set(lines.map(({ id }) => id));
      for (const id of times.keys()) if (!ids.has(id)) times.delete(id);
    },
    forget: () => times.clear(),
  };
}
