/** What JSON calls an object, with members that nobody has looked at yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether a value from outside is one: neither null nor a list. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is one, else null. */
export function asRecord(value: unknown): JsonRecord | null {
  return isRecord(value) ? value : null;
}

/** The one that a text is in JSON; null: it is something else, or not JSON at all. Never throws. */
export function parseRecord(text: string): JsonRecord | null {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return null; // decided: to who reads what others wrote, broken text and another value are the same
  }
}
