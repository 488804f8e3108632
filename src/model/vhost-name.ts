import { domainToASCII, domainToUnicode } from 'node:url';
import { ALLOWED, type TextFault } from './vhost-characters.ts';

/** RFC 1035: the longest name, without the trailing dot. */
export const NAME_OCTETS = 253;
const LABEL_OCTETS = 63;

/** A last label that URL parsers take for a number, and so the whole for an address. */
const NUMERIC_END = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** True for four decimal numbers of 0 to 255, without leading zeros. */
export function isIpv4(name: string): boolean {
  return IPV4.test(name);
}

/**
 * A host name in lower case and punycode, or null if it has none. Pure ASCII is only lower-cased, as
 * the conversion would repair it (`0x7f.1` becomes 127.0.0.1).
 */
export function toAscii(name: string): string | null {
  const ascii = /[^\0-\x7f]/.test(name) ? domainToASCII(name) : name.toLowerCase();
  // An empty text is a label that is missing; what was converted to it cannot be converted.
  const isConverted = /^[a-z0-9_.-]*$/.test(ascii) && (ascii === '') === (name === '');
  return isConverted && ascii.split('.').every(isSound) ? ascii : null;
}

/** Punycode must stand for something beyond ASCII, and be the one way to write it. */
function isSound(label: string): boolean {
  if (!label.startsWith('xn--')) {
    return true;
  }
  // Text that is not punycode becomes empty on some versions of Node, and stays as it is on others.
  const unicode = domainToUnicode(label);
  return /[^\0-\x7f]/.test(unicode) && domainToASCII(unicode) === label;
}

/** What is wrong with a name in ASCII as a whole; `written` is what it was before the conversion. */
export function nameFault(ascii: string, written: string): TextFault | null {
  if (ascii === '__ping__') {
    return {
      problem: "is the name of hipache's own health check",
      remedy: 'Choose another name.',
    };
  }
  const fault = labelsFault(ascii.split('.'));
  if (fault !== null || !NUMERIC_END.test(ascii) || (isIpv4(ascii) && ascii === written)) {
    return fault;
  }
  return {
    problem: 'ends in a number but is not an IPv4 address',
    remedy:
      'Write an address as four decimal numbers, e.g. 192.0.2.7, or a name that ends otherwise.',
  };
}

/** What is wrong with the length of a whole vhost, `*.` included. */
export function lengthFault(vhost: string): TextFault | null {
  return vhost.length > NAME_OCTETS
    ? { problem: `has ${vhost.length} octets`, remedy: `A name has at most ${NAME_OCTETS} octets.` }
    : null;
}

function labelsFault(labels: readonly string[]): TextFault | null {
  if (labels.includes('')) {
    return { problem: 'has an empty label', remedy: `Write a name between the dots. ${ALLOWED}` };
  }
  if (labels.some((label) => label.startsWith('-') || label.endsWith('-'))) {
    return {
      problem: 'has a label that begins or ends with "-"',
      remedy: 'Begin and end each label with a letter or a digit.',
    };
  }
  const long = labels.find((label) => label.length > LABEL_OCTETS);
  return long === undefined
    ? null
    : {
        problem: `has a label of ${long.length} octets`,
        remedy: `A label has at most ${LABEL_OCTETS} octets.`,
      };
}
