/** What becomes of what is sent while a host is cut off: it never arrives, or when the way is mended. */
export type Cut = 'lost' | 'late';

/** The way between a host and Redis. */
export interface HostWay {
  readonly isCut: boolean;
  cut(how: Cut): void;
  /** Cuts it at the next write that is sent, which is under way then. */
  cutAtWrite(how: Cut): void;
  mend(): void;
  /** Something goes along it, now, later or never. */
  pass(work: () => void, isWrite?: boolean): void;
}

export function createHostWay(): HostWay {
  let how: Cut | null = null;
  let atWrite: Cut | null = null;
  let late: (() => void)[] = [];
  return {
    get isCut() {
      return how !== null;
    },
    cut(next) {
      how = next;
    },
    cutAtWrite(next) {
      atWrite = next;
    },
    mend() {
      how = null;
      atWrite = null;
      const arriving = late;
      late = [];
      for (const work of arriving) work();
    },
    pass(work, isWrite = false) {
      if (isWrite && how === null) how = atWrite;
      if (how === null) work();
      else if (how === 'late') late.push(work);
    },
  };
}
