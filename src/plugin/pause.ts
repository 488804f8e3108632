/** A wait that can be cut short. */
export interface Pause {
  /** Resolves after this time, or at the next `end`. One call at a time. */
  for(ms: number): Promise<void>;
  end(): void;
}

/** None is under way. */
export function createPause(): Pause {
  let end: () => void = () => undefined;
  return {
    for: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    end: () => end(),
  };
}
