import { codePointName } from './escape.ts';

/** What is wrong with a text; `problem` completes "it ...", `remedy` is a whole sentence. */
export interface TextFault {
  readonly problem: string;
  readonly remedy: string;
}

/** The remedy where no single character is to blame. */
export const ALLOWED = 'Allowed are letters, digits, "-", "_" and dots, "*.example.com" and "*".';

const HOST_ALONE = 'Write the host name alone, e.g. hello.example.com.';

/**
 * The first character that no vhost may hold. Beyond ASCII all visible letters, marks, numbers and
 * symbols may stand in one; joiners, soft hyphens and selectors may not, as the conversion to punycode
 * would drop them silently, and full-width punctuation may not, as it would become `.`, `/` or `:`.
 */
const NOT_ALLOWED =
  /(?![A-Za-z0-9_.*-])[\0-\x7f]|[^\0-\x7f\p{L}\p{M}\p{N}\p{S}]|\p{Default_Ignorable_Code_Point}/u;
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** What text pasted from elsewhere holds, the most telling first. */
const PASTED: readonly (readonly [RegExp, string, string])[] = [
  [/^[a-z][a-z0-9+.-]*:\/\//i, 'begins with a scheme', HOST_ALONE],
  [/[/\\]/, 'has a path', `${HOST_ALONE} Routes go by host, not by path.`],
  [/[?#]/, 'has a query or a fragment', HOST_ALONE],
  [/@/, 'has a user name', HOST_ALONE],
  [
    /:/,
    'holds a ":"',
    `${HOST_ALONE} The container's port goes into PORT or the label autodock.port; an IPv6 address cannot be a vhost.`,
  ],
  [/%/, 'holds a "%"', `${HOST_ALONE} Percent escapes are not decoded.`],
];

/** Checks the characters of a vhost as it is written, before anything can repair them. */
export function characterFault(text: string): TextFault | null {
  const character = NOT_ALLOWED.exec(text)?.[0];
  if (character === undefined) {
    return null;
  }
  for (const [pattern, problem, remedy] of PASTED) {
    if (pattern.test(text)) {
      return { problem, remedy };
    }
  }
  return { problem: `holds ${inWords(character)}`, remedy: ALLOWED };
}

function inWords(character: string): string {
  if (INVISIBLE.test(character)) {
    return `the invisible character ${codePointName(character)}`;
  }
  return /\s/.test(character)
    ? `the white space ${codePointName(character)}`
    : `"${character}" (${codePointName(character)})`;
}
