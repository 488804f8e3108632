import { type ContainerId, type ShortId, shortId } from '../../model/ids.ts';

/** When containers began the life that they have; see `createLives`. */
export interface Lives {
  /** @param at milliseconds, the engine's clock */
  started(id: ContainerId, at: number): void;
  /** Monotonic milliseconds; null: that was not heard. */
  beganAt(id: ShortId): number | null;
}

/** What the starts are dated by. */
export interface LivesOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** The engine's clock now, milliseconds; null: it does not tell. */
  readonly engineNow: () => number | null;
}

/** So many are remembered, the last ones: more do not begin anew while somebody drains some. */
const REMEMBERED = 4_096;

interface Life {
  /** As it was told. */
  readonly at: number;
  readonly beganAt: number;
}

/**
 * Remembers the starts that events tell of, each by the age that it had when it was heard first: whatever becomes of the
 * engine's clock then, and however often it is told, it is as old as it was. What is not heard, and what is forgotten,
 * only leaves things as they are.
 */
export function createLives({ now, engineNow }: LivesOptions): Lives {
  const lives = new Map<ShortId, Life>();
  return {
    started(id, at) {
      const short = shortId(id);
      if (lives.get(short)?.at === at) return;
      const ageMs = Math.max(0, (engineNow() ?? at) - at);
      lives.delete(short);
      lives.set(short, { at, beganAt: now() - ageMs });
      const [oldest] = lives.keys();
      if (lives.size > REMEMBERED && oldest !== undefined) lives.delete(oldest);
    },
    beganAt: (id) => lives.get(id)?.beganAt ?? null,
  };
}
