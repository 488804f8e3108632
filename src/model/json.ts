/**
 * Characters that JSON leaves as they are and that a terminal, a log or an eye would take for something
 * else: DEL and C1 controls, line and paragraph separators, bidirectional controls and zero-width marks.
 */
const UNSAFE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Makes a piece of JSON safe to print anywhere; it stays the same JSON value. */
export function escapeJson(json: string): string {
  return json.replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** JSON text that is safe to print anywhere. `undefined` members are left out, as JSON does. */
export function safeJson(value: unknown, indent?: number): string {
  return escapeJson(JSON.stringify(value, null, indent));
}
