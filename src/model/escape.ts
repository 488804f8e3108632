/** How many characters of a hostile value a person is shown. */
const SHOWN_CHARACTERS = 80;

/**
 * Everything that can move the cursor, break a line, turn the direction of the text or hide in it:
 * C0, U+007F-9F, U+2028/9, bidi controls, zero-width and other invisible characters, lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Makes text of unknown origin safe to show on one line of a terminal, log or page: unsafe characters
 * become `\u{1b}`, and what is longer than `limit` characters is cut (`…`). Quotes and HTML stay: a page
 * sets it as text, never as markup.
 *
 * @param limit in characters (code points) of the original text; default 80.
 */
export function escapeText(text: string, limit: number = SHOWN_CHARACTERS): string {
  return cutText(text, limit).replace(UNSAFE, codePointEscape);
}

/** `U+200D`, as people look it up. */
export function codePointName(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `U+${hex.padStart(4, '0')}`;
}

function cutText(text: string, limit: number): string {
  if (text.length <= limit) {
    return text;
  }
  // No code point is longer than two units, so `limit` whole ones lie within; 130 kB are never walked.
  const characters = Array.from(text.slice(0, 2 * limit + 1));
  return characters.length <= limit ? text : `${characters.slice(0, limit).join('')}…`;
}

function codePointEscape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
