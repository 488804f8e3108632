const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
type Unit = keyof typeof UNITS;

/** Timers of Node.js fire at once from 2^31 ms on (24.8 days); the rest is room for jitter. */
const LONGEST_MS = 500 * UNITS.h;
/** What a duration may be, in words that follow what was written. */
export const DURATION_EXAMPLES = 'must be a duration such as 500ms, 30s, 5m or 24h (at most 500h)';

/** Milliseconds of `500ms`, `30s`, `5m`, `24h` or `1m30s`; `0` needs no unit. null: it is something else. */
export function parseDuration(text: string): number | null {
  if (text === '0') return 0;
  if (!/^(?:\d{1,12}(?:\.\d{1,6})?(?:ms|s|m|h))+$/.test(text)) return null;
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  const sum = parts.reduce((ms, [, count, unit]) => ms + Number(count) * UNITS[unit as Unit], 0);
  return sum <= LONGEST_MS && Number.isInteger(sum) ? sum : null;
}

/** The inverse, as a person would write it. */
export function writeDuration(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find((name) => ms > 0 && ms % UNITS[name] === 0);
  return unit === undefined ? `${ms}ms` : `${ms / UNITS[unit]}${unit}`;
}
