/** Monotonic milliseconds: what every deadline and pause is measured by. */
export const monotonic = (): number => performance.now();

/** Resolves after the time (at once, if that has passed already), or as soon as the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, signal.aborted ? 0 : Math.max(0, ms));
    signal.addEventListener('abort', wake, { once: true });
  });
}
