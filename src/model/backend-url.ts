import type { BackendUrl } from './ids.ts';

/** Writes the URL of a backend; the port always stands in it (planb cannot do without), IPv6 in brackets. */
export function backendUrl(address: string, port: number): BackendUrl {
  const host = address.includes(':') ? `[${address}]` : address;
  return `http://${host}:${port}` as BackendUrl;
}

/** The address part of a backend URL without brackets, or null if the text is not such a URL. */
export function addressOf(url: string): string | null {
  const match = /^http:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^/:[\]]+))(?::\d+)?\/?$/.exec(url);
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
