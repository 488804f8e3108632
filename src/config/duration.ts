import { type Format, Misfit } from './format.ts';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
type Unit = keyof typeof UNITS;

/** Timers of Node.js fire at once from 2^31 ms on (24.8 days); the rest is room for jitter. */
const LONGEST_MS = 500 * UNITS.h;
const EXAMPLES = 'must be a duration such as 500ms, 30s, 5m or 24h (at most 500h)';
const ALLOWED = new Misfit(EXAMPLES);
const ALLOWED_POSITIVE = new Misfit(`${EXAMPLES}, more than 0`);

/** Milliseconds, written as `500ms`, `30s`, `5m`, `24h` or `1m30s`; `0` needs no unit. */
export const duration: Format<number> = {
  name: 'duration',
  read: (text) => parseDuration(text) ?? ALLOWED,
  write: writeDuration,
};

/** As `duration`, but not 0: deadlines and periods. */
export const positiveDuration: Format<number> = {
  name: 'positive-duration',
  read: (text) => parseDuration(text) || ALLOWED_POSITIVE,
  write: writeDuration,
};

/** A network or a Redis that hiccups for some seconds must not make anybody lapse. */
const SHORTEST_LEASE_MS = 10 * UNITS.s;
const ALLOWED_LEASE = new Misfit(`${EXAMPLES}, at least 10s`);

/** For how long a sign of life counts. */
export const leaseDuration: Format<number> = {
  name: 'lease-duration',
  read: (text) => {
    const ms = parseDuration(text);
    return ms !== null && ms >= SHORTEST_LEASE_MS ? ms : ALLOWED_LEASE;
  },
  write: writeDuration,
};

function parseDuration(text: string): number | null {
  if (text === '0') return 0;
  if (!/^(?:\d{1,12}(?:\.\d{1,6})?(?:ms|s|m|h))+$/.test(text)) return null;
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  const sum = parts.reduce((ms, [, count, unit]) => ms + Number(count) * UNITS[unit as Unit], 0);
  return sum <= LONGEST_MS && Number.isInteger(sum) ? sum : null;
}

function writeDuration(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find((name) => ms > 0 && ms % UNITS[name] === 0);
  return unit === undefined ? `${ms}ms` : `${ms / UNITS[unit]}${unit}`;
}
