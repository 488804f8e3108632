import { addressOf } from '../model/backend-url.ts';
import { compareText } from '../model/compare.ts';
import type { Claim, DesiredBackend, DesiredFrontend } from '../model/frontend.ts';
import type { BackendUrl, ShortId, Vhost } from '../model/ids.ts';
import { parseVhost } from '../model/vhost.ts';
import type { Claims } from './unknown.ts';

/**
 * What is left to desire when nobody knows which container has which address: every vhost that is claimed is held, and
 * keeps only the backends at the host's own address, which no container has.
 *
 * @param hostAddress where published ports, and containers on the host's network, are reached
 */
export function heldWithoutAddresses(
  claimed: Claims,
  hostAddress: string,
): ReadonlyMap<Vhost, DesiredFrontend> {
  const frontends = [...claimed].flatMap(([name, claim]) => {
    const vhost = parseVhost(name);
    // Whatever else stands there, we did not write it.
    return vhost === null || vhost !== name
      ? []
      : [{ vhost, backends: backendsAt(hostAddress, claim) }];
  });
  const sorted = frontends.toSorted((a, b) => compareText(a.vhost, b.vhost));
  return new Map(sorted.map((one) => [one.vhost, { ...one, identifier: one.vhost }]));
}

function backendsAt(hostAddress: string, { backends }: Claim): readonly DesiredBackend[] {
  const kept = [...backends].filter(([url]) => addressOf(url) === hostAddress);
  return kept
    .map(([url, ids]) => ({ url: url as BackendUrl, ids: ids as readonly ShortId[] }))
    .toSorted((a, b) => compareText(a.url, b.url));
}
