/** The pauses between attempts that fail: the first, and what they grow to. Milliseconds. */
export interface PauseRange {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Beyond so many doublings every range has grown to its longest. */
const MOST_DOUBLINGS = 20;
/**
 * The pause after so many failures in a row: it doubles with each, and never lasts longer than the longest.
 *
 * @param failures none, as before the first attempt, counts as one
 * @param random 0 to 1, default 1: spreads it over 0.75 to 1 of it, so that many who wait do not come back at once
 */
export function growingMs(
  { firstMs, longestMs }: PauseRange,
  failures: number,
  random = 1,
): number {
  const grown = firstMs * 2 ** Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS);
  return Math.min(grown, longestMs) * (0.75 + random / 4);
}
