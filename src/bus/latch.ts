/** Something that will be so, and that callers wait for. */
export interface Latch {
  isReleased(): boolean;
  release(): void;
  /** Calls back at once or at the release; not at all if there is a reset before. */
  whenReleased(act: () => void): void;
  reset(): void;
}

/** A latch that is not released. */
export function createLatch(): Latch {
  let isReleased = false;
  let waiting: (() => void)[] = [];
  return {
    isReleased: () => isReleased,
    release() {
      isReleased = true;
      const acts = waiting;
      waiting = [];
      for (const act of acts) act();
    },
    whenReleased(act) {
      if (isReleased) act();
      else waiting.push(act);
    },
    reset() {
      isReleased = false;
      waiting = [];
    },
  };
}
