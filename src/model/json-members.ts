/** A member that is text and says something. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

const LAST_DATE_MS = 8.64e15;

/** A member that is a time or a span, and not behind the last date that there is. */
export function millisecondsOrNull(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= LAST_DATE_MS ? value : null;
}
