import { isIP } from 'node:net';
import { ConfigError } from '../../errors.ts';
import { backendUrl, otherSpellings } from '../../model/backend-url.ts';
import { escapeText } from '../../model/escape.ts';
import type { BackendUrl, Vhost } from '../../model/ids.ts';
import { HIGHEST_PORT, parsePort } from '../../model/port.ts';
import { readVhost } from '../../model/vhost.ts';

/** Other tools may write an https URL for this port. */
const TLS_PORT = 443;
const LONGEST_IDENTIFIER = 253;
const LONGEST_NAME = 253;

/**
 * The host that an entry is added to, as fronts look it up.
 *
 * @throws ConfigError if it cannot be a vhost, with what to write instead
 */
export function vhostToAdd(text: string): Vhost {
  const reading = readVhost(text);
  if (reading.kind === 'vhost') return reading.vhost;
  throw mistake(`the host "${escapeText(text)}" ${reading.problem}. ${reading.remedy}`);
}

/** The keys that a person may mean by a host: as it is written, and as fronts look it up. */
export function vhostsToDelete(text: string): readonly string[] {
  const reading = readVhost(text);
  return reading.kind === 'vhost' ? [...new Set([text, reading.vhost])] : [text];
}

/**
 * The first item of a list that is created.
 *
 * @throws ConfigError if it would be none for people
 */
export function identifierToAdd(text: string): string {
  const isSound = text.length > 0 && text.length <= LONGEST_IDENTIFIER && !/\p{Cc}/u.test(text);
  if (isSound) return text;
  throw mistake(
    `the ID "${escapeText(text)}" must be 1 to ${LONGEST_IDENTIFIER} visible characters`,
  );
}

/**
 * A backend as autodock writes it, port included; a name is one that fronts look up.
 *
 * @throws ConfigError if a front could not connect to it
 */
export function urlToAdd(ip: string, port: string): BackendUrl {
  const address = withoutBrackets(ip);
  const isAddress = isIP(address) !== 0 && !address.includes('%');
  if (!isAddress && !isName(ip)) {
    throw mistake(`-i "${escapeText(ip)}" must be an IPv4 or IPv6 address, or a name`);
  }
  return backendUrl(address.toLowerCase(), portOf(port));
}

/** As fronts read it. Numbers alone are an address that is wrong. */
function isName(text: string): boolean {
  return text.length <= LONGEST_NAME && /^\w[\w.-]*$/.test(text) && !/^[\d.]+$/.test(text);
}

function withoutBrackets(ip: string): string {
  return ip.replace(/^\[(.*)\]$/, '$1');
}

/**
 * All ways in which this backend may stand in a list, by any tool.
 *
 * @param ip an address or a name; a whole URL means what stands in the list as that, whatever it is
 * @throws ConfigError if the port is not a number from 1 to 65535
 */
export function textsToDelete(ip: string, port: string): readonly string[] {
  const number = portOf(port);
  if (ip.includes('://')) return [ip];
  const address = withoutBrackets(ip);
  const asAdded = address.toLowerCase();
  return [...new Set([asAdded, address])].flatMap((one) => spellingsOf(one, number));
}

function spellingsOf(address: string, number: number): readonly string[] {
  const url = backendUrl(address, number);
  const tls = backendUrl(address, TLS_PORT).replace(/^http:(.*):443$/, 'https:$1');
  const ofTls = number === TLS_PORT ? [tls, `${tls}/`, `${tls}:443`, `${tls}:443/`] : [];
  return [url, ...otherSpellings(url), ...ofTls];
}

/** A fault of the arguments, found before anything is asked or written. */
export function mistake(message: string): ConfigError {
  return new ConfigError('config', message);
}

function portOf(text: string): number {
  const port = parsePort(text);
  if (port !== null) return port;
  throw mistake(`-p "${escapeText(text)}" must be a port, 1 to ${HIGHEST_PORT}`);
}
