/** A member that is text and says something. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A member that is a time or a span. */
export function millisecondsOrNull(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 ? value : null;
}
