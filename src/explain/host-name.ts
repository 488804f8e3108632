import { escapeText } from '../model/escape.ts';
import { lookupOrder } from '../model/lookup.ts';
import { readVhost } from '../model/vhost.ts';

/** The host that a person means, and what a front looks up for it. */
export type HostReading =
  | { readonly kind: 'host'; readonly host: string; readonly order: readonly string[] }
  /** The front answers it itself, without looking anything up. */
  | { readonly kind: 'front'; readonly host: string }
  /** A front answers 400 without looking anything up. */
  | {
      readonly kind: 'bad';
      readonly host: string;
      readonly problem: string;
      readonly remedy: string;
    };

/** For whoever checks that the front is there. */
const PING = '__ping__';

/**
 * Reads a host as it may have been pasted: scheme, path, port and a trailing dot are left out, letters
 * become small, and other scripts punycode, as browsers send them. A wildcard stands for the hosts under it that
 * have nothing more exact.
 */
export function readHost(text: string): HostReading {
  const pasted = text
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[/?#].*$/s, '');
  if (/^\[[0-9a-fA-F:.]+\](?::\d*)?$/.test(pasted)) {
    const host = pasted.replace(/:\d*$/, '').toLowerCase();
    return { kind: 'host', host, order: lookupOrder(host) };
  }
  const name = pasted.replace(/:\d*$/, '');
  const reading = readVhost(name);
  const lower = name.toLowerCase().replace(/\.$/, '');
  if (lower === PING) return { kind: 'front', host: PING };
  // Names that no container could ask for may still be requested, and answered by a wildcard.
  const isSent = /^[a-z0-9_][a-z0-9._-]*$/.test(lower) && lower.length <= 253 && !/\.\./.test(name);
  if (reading.kind === 'bad' && !isSent) {
    const { problem, remedy } = reading;
    return { kind: 'bad', host: escapeText(name), problem, remedy };
  }
  const host = reading.kind === 'vhost' ? reading.vhost : lower;
  return { kind: 'host', host, order: [...new Set(lookupOrder(host))] };
}
