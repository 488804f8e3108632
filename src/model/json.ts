/**
 * Characters that JSON leaves as they are and that a terminal, a log or an eye would take for something
 * else: DEL and C1 controls, line and paragraph separators, bidirectional controls and zero-width marks.
 */
const UNSAFE = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Makes a piece of JSON safe to print anywhere; it stays the same JSON value. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    // By code units, as JSON has no other escape: a character beyond U+FFFF becomes two.
    character.replace(
      /[\s\S]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

/** JSON text that is safe to print anywhere. `undefined` members are left out, as JSON does. */
export function safeJson(value: unknown, indent?: number): string {
  return escapeJson(JSON.stringify(value, null, indent));
}
