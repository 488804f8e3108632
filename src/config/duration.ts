import { DURATION_EXAMPLES, parseDuration, writeDuration } from '../model/duration.ts';
import { type Format, Misfit } from './format.ts';

const ALLOWED = new Misfit(DURATION_EXAMPLES);
const ALLOWED_OR_NEVER = new Misfit(`${DURATION_EXAMPLES}, or never`);
const ALLOWED_POSITIVE = new Misfit(`${DURATION_EXAMPLES}, more than 0`);

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

/** A duration, or none that ends. */
export const durationOrNever: Format<number> = {
  name: 'duration-or-never',
  read: (text) =>
    text === 'never' ? Number.POSITIVE_INFINITY : (parseDuration(text) ?? ALLOWED_OR_NEVER),
  write: (ms) => (ms === Number.POSITIVE_INFINITY ? 'never' : writeDuration(ms)),
};

/** A network or a Redis that hiccups for some seconds must not make anybody lapse. */
const SHORTEST_LEASE_MS = 10_000;
const ALLOWED_LEASE = new Misfit(`${DURATION_EXAMPLES}, at least 10s`);

/** For how long a sign of life counts. */
export const leaseDuration: Format<number> = {
  name: 'lease-duration',
  read: (text) => {
    const ms = parseDuration(text);
    return ms !== null && ms >= SHORTEST_LEASE_MS ? ms : ALLOWED_LEASE;
  },
  write: writeDuration,
};
