/**
 * Monotonic times as wall clock milliseconds. The same time gives the same answer, though both clocks are never
 * read at quite one moment and the wall clock may be set: what is told of it does not change by itself.
 */
export function createWallClockOf(now: () => number, wallClock: () => number) {
  let known: { readonly monotonic: number; readonly wall: number } | null = null;
  return (monotonic: number): number => {
    if (known?.monotonic !== monotonic) {
      known = { monotonic, wall: Math.round(wallClock() - (now() - monotonic)) };
    }
    return known.wall;
  };
}
