/** The pauses between attempts that fail: the first, and what they grow to. Milliseconds. */
export interface PauseRange {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Beyond so many doublings every range has grown to its longest. */
const MOST_DOUBLINGS = 20;
/** In the middle: the pause as it is. */
const NOT_SPREAD = 0.5;

/**
 * The pause after so many failures in a row: it doubles with each, and never lasts longer than the longest.
 *
 * @param failures none, as before the first attempt, counts as one
 * @param random 0 to 1: spreads it over 0.75 to 1.25 of it, so that many who wait do not come back at once
 */
export function growingMs(
  { firstMs, longestMs }: PauseRange,
  failures: number,
  random = NOT_SPREAD,
): number {
  const grown = firstMs * 2 ** Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS);
  return Math.min(grown * (0.75 + random / 2), longestMs);
}
