import type { BackendUrl } from './ids.ts';

/** How an application speaks: HTTP, or HTTP in TLS. */
export type Scheme = 'http' | 'https';

/** Writes the URL of a backend; the port always stands in it (planb cannot do without), IPv6 in brackets. */
export function backendUrl(address: string, port: number, scheme: Scheme = 'http'): BackendUrl {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${scheme}://${host}:${port}` as BackendUrl;
}

/** The address part of a backend URL without brackets, or null if the text is not such a URL. */
export function addressOf(url: string): string | null {
  const match = /^https?:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^/:[\]]+))(?::\d+)?\/?$/.exec(url);
  return match?.[1] ?? match?.[2] ?? null;
}

/**
 * Other ways in which 2015 tools wrote the same backend: with a trailing slash, and without `:80`.
 * A foreign entry in one of these spellings is adopted in its slot instead of being doubled.
 */
export function otherSpellings(url: string): readonly string[] {
  const withoutPort = /^(http:\/\/.+):80$/.exec(url)?.[1];
  return withoutPort === undefined ? [`${url}/`] : [`${url}/`, withoutPort, `${withoutPort}/`];
}
