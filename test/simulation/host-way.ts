/** What becomes of what is sent while a host is cut off: it never arrives, or when the way is mended. */
export type Cut = 'lost' | 'late';

/** The way between a host and Redis. */
export interface HostWay {
  readonly isCut: boolean;
  cut(how: Cut): void;
  mend(): void;
  /** Something goes along it, now, later or never. */
  pass(work: () => void): void;
}

export function createHostWay(): HostWay {
  let how: Cut | null = null;
  let late: (() => void)[] = [];
  return {
    get isCut() {
      return how !== null;
    },
    cut(next) {
      how = next;
    },
    mend() {
      how = null;
      const arriving = late;
      late = [];
      for (const work of arriving) work();
    },
    pass(work) {
      if (how === null) work();
      else if (how === 'late') late.push(work);
    },
  };
}
