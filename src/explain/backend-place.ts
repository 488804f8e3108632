import { HIGHEST_PORT } from '../model/port.ts';

/** Where a front connects to for a backend's URL. */
export interface BackendPlace {
  /** An address, IPv6 in brackets, or a name; lower case. */
  readonly host: string;
  readonly port: number;
  /** The front looks the name up whenever it connects. */
  readonly isName: boolean;
}

const HIGHEST_OCTET = 255;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** Reads a URL as the front does (`backend.lua`): a path is ignored; null: it cannot connect to that. */
export function placeOf(url: string): BackendPlace | null {
  const [, scheme = '', authority = ''] = /^(https?):\/\/([^/?#]+)/.exec(url) ?? [];
  const match =
    /^(\[[0-9a-fA-F:.]+\]):?(\d*)$/.exec(authority) ?? /^(\w[\w.-]*):?(\d*)$/.exec(authority);
  if (match === null) return null;
  const [, host = '', digits = ''] = match;
  const port = Number(digits === '' ? DEFAULT_PORTS[scheme] : digits);
  if (port < 1 || port > HIGHEST_PORT) return null;
  const isAddress = looksLikeAddress(host);
  if (isAddress && !isRightAddress(host)) return null;
  return { host: host.toLowerCase(), port, isName: !isAddress };
}

function looksLikeAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

/** As the front takes it, with leading zeros. */
function isRightAddress(host: string): boolean {
  return host.startsWith('[')
    ? URL.canParse(`http://${host}`)
    : host.split('.').every((octet) => Number(octet) <= HIGHEST_OCTET);
}
