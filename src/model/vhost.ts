import { domainToUnicode } from 'node:url';
import { escapeText } from './escape.ts';
import type { Vhost } from './ids.ts';
import { ALLOWED, characterFault, type TextFault } from './vhost-characters.ts';
import { isIpv4, lengthFault, NAME_OCTETS, nameFault, toAscii } from './vhost-name.ts';

/** What a text means as a vhost. */
export type VhostReading =
  | { readonly kind: 'vhost'; readonly vhost: Vhost }
  | ({ readonly kind: 'bad' } & TextFault);

/** hipache cuts a host to its last six labels before it looks for wildcards. */
const LABELS_AFTER_WILDCARD = 5;
/** More than any text that could shrink to a name by its conversion; what is longer is not walked. */
const TEXT_CHARACTERS = 1000;

/**
 * Reads a vhost: trimmed, one trailing dot stripped, lower case, punycode. Characters are checked
 * before the conversion to punycode, which repairs silently (`a/b` becomes `a`); lengths and labels
 * after it.
 */
export function readVhost(text: string): VhostReading {
  if (text.length > TEXT_CHARACTERS) {
    return bad(`has ${text.length} characters`, `A name has at most ${NAME_OCTETS} octets.`);
  }
  const trimmed = text.trim();
  const fault = characterFault(trimmed);
  if (fault !== null) {
    return { kind: 'bad', ...fault };
  }
  const name = trimmed.endsWith('.') ? trimmed.slice(0, -1) : trimmed;
  if (name === '*') {
    return { kind: 'vhost', vhost: name as Vhost };
  }
  return name.startsWith('*.') ? readWildcard(name.slice(2)) : readName(name, '');
}

/** The vhost that `text` means, or null if it cannot be one. */
export function parseVhost(text: unknown): Vhost | null {
  const reading = typeof text === 'string' ? readVhost(text) : null;
  return reading?.kind === 'vhost' ? reading.vhost : null;
}

/** How people read a vhost in punycode (`münchen.local`), or null if that is how it is written. */
export function unicodeForm(vhost: Vhost): string | null {
  if (!vhost.includes('xn--')) {
    return null;
  }
  const wildcard = vhost.startsWith('*.') ? '*.' : '';
  const unicode = domainToUnicode(vhost.slice(wildcard.length));
  return unicode === '' ? null : `${wildcard}${unicode}`;
}

/** The vhost for people: an internationalised name in both forms, as two names can look alike. */
export function showVhost(vhost: Vhost): string {
  const unicode = unicodeForm(vhost);
  return unicode === null ? vhost : `${vhost} (${escapeText(unicode, NAME_OCTETS)})`;
}

function readWildcard(rest: string): VhostReading {
  const labels = rest.split('.').length;
  if (labels > LABELS_AFTER_WILDCARD) {
    return bad(
      `has ${labels} labels after "*."`,
      `At most ${LABELS_AFTER_WILDCARD} are matched: write a shorter wildcard, or the names themselves.`,
    );
  }
  return isIpv4(rest)
    ? bad('is a wildcard of an IP address', 'Write the address alone, or "*" for all hosts.')
    : readName(rest, '*.');
}

function readName(name: string, wildcard: '' | '*.'): VhostReading {
  if (name.includes('*')) {
    return bad('has a "*" inside', 'A wildcard is "*" alone or "*." at the beginning.');
  }
  const ascii = toAscii(name);
  if (ascii === null) {
    return bad('cannot be written in punycode', ALLOWED);
  }
  const vhost = `${wildcard}${ascii}`;
  const fault = nameFault(ascii, name) ?? lengthFault(vhost);
  return fault === null ? { kind: 'vhost', vhost: vhost as Vhost } : { kind: 'bad', ...fault };
}

function bad(problem: string, remedy: string): VhostReading {
  return { kind: 'bad', problem, remedy };
}
