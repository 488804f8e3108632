import { isIP } from 'node:net';

/**
 * Whether a request's `Host` can be meant for this server. A page of a stranger can make its own name point to
 * this address (DNS rebinding) and would then read what we answer; it cannot do so with an address, with
 * `localhost`, or with a name without a dot, such as that of a service on a Compose network.
 *
 * @param header `Host` as it came; undefined: no browser sends a request without it
 * @param names further names that are ours, in lower case
 */
export function isKnownHost(header: string | undefined, names: readonly string[]): boolean {
  if (header === undefined) return true;
  const match = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(header.trim());
  if (match === null) return false;
  const [, ipv6, host = ''] = match;
  if (ipv6 !== undefined) return isIP(ipv6) === 6;
  const name = host.toLowerCase();
  return (
    isIP(name) === 4 ||
    /^[a-z\d_-]+$/.test(name) ||
    name.endsWith('.localhost') ||
    names.includes(name)
  );
}
