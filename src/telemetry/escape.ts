/**
 * Characters that make a terminal or a log lie: control characters of both sets, line and paragraph
 * separators, and those that turn the direction of text.
 */
const HOSTILE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text for a terminal, on one line: hostile characters as `\n`, `\t` or `\u001b`. */
export function escapeText(text: string): string {
  return text.replace(HOSTILE, (character) => {
    const quoted = JSON.stringify(character).slice(1, -1);
    return quoted === character ? asUnicodeEscape(character) : quoted;
  });
}

/** As `escapeText`, with the line breaks left that the text is meant to have. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n');
}

/**
 * JSON text that is safe to print, and means the same: `JSON.stringify` leaves U+0080 to U+009F and
 * the direction marks as they are, which a terminal obeys. Line breaks between values stay.
 */
export function escapeJson(json: string): string {
  return json.replace(HOSTILE, (character) =>
    character === '\n' ? character : asUnicodeEscape(character),
  );
}

function asUnicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
