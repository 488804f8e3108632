import type { Barrier, Barriers } from '../../model/container.ts';
import { isRecord } from '../../model/record.ts';
import type { NetworkBarriers } from './networks.ts';

const OPTION = 'com.docker.network.bridge.';

/**
 * Narrows `GET /networks`: what keeps the host from the addresses of each network, by driver, scope and options.
 * A driver that is not known is taken to be reached, as a bridge is: with `internal`, in `routed` and in
 * `nat-unprotected` mode, too. One without an id keeps the others from nothing: the containers on it are unknown, as
 * nothing is told of it.
 *
 * @returns null if it is not a list of networks
 */
export function narrowNetworks(reply: unknown): NetworkBarriers | null {
  if (!Array.isArray(reply)) return null;
  const networks = new Map<string, Barriers>();
  for (const item of reply as readonly unknown[]) {
    if (!isRecord(item) || typeof item.Id !== 'string') continue;
    const barriers = barriersOf(item);
    if (typeof item.Name === 'string') networks.set(item.Name, barriers);
    networks.set(item.Id, barriers);
  }
  return networks;
}

function barriersOf(network: Record<string, unknown>): Barriers {
  const both = barrierOfDriver(network);
  if (both !== null) return { ipv4: both, ipv6: both };
  const options = isRecord(network.Options) ? network.Options : {};
  return {
    ipv4: isTrue(options[`${OPTION}inhibit_ipv4`]) ? 'inhibited' : gateway(options, 'ipv4'),
    ipv6: gateway(options, 'ipv6'),
  };
}

function barrierOfDriver({ Driver, Scope, Ingress }: Record<string, unknown>): Barrier | null {
  if (Ingress === true) return 'ingress';
  if (Driver === 'macvlan' || Driver === 'ipvlan' || Driver === 'overlay') return Driver;
  return Scope === 'swarm' ? 'overlay' : null;
}

/** As engines read a boolean option. */
function isTrue(value: unknown): boolean {
  return typeof value === 'string' && /^(?:1|t|T|true|TRUE|True)$/.test(value);
}

function gateway(options: Record<string, unknown>, family: 'ipv4' | 'ipv6'): Barrier | null {
  return options[`${OPTION}gateway_mode_${family}`] === 'isolated' ? 'isolated' : null;
}
