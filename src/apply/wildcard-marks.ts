import type { RedisConnection } from '../clients/redis.ts';
import { scanKeys } from '../clients/redis-scan.ts';
import type { Keys } from '../model/keys.ts';
import { lookupOrder } from '../model/lookup.ts';
import type { MarkedHost } from './batches.ts';

/** Each costs Redis some microseconds within one script; marks beyond lapse by themselves within 30 s. */
const MAX_HOSTS = 1_000;

/**
 * Proxies mark backends under the host that was asked for. Finds, for each wildcard, the hosts with marks that
 * it may answer; the script sees to it that nothing more exact does. Looks at every key of the database, in
 * bounded steps, and so only if there is a wildcard.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function findMarkedHosts(
  redis: Pick<RedisConnection, 'read'>,
  keys: Keys,
  wildcards: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly MarkedHost[]>> {
  const found = new Map<string, MarkedHost[]>([...wildcards].map((vhost) => [vhost, []]));
  if (wildcards.size === 0) return found;
  for (const host of await scanKeys(redis, keys.dead(''), 'set')) noteHost(found, host);
  return found;
}

function noteHost(found: ReadonlyMap<string, MarkedHost[]>, host: string): void {
  const order = lookupOrder(host);
  for (const [index, vhost] of order.entries()) {
    const hosts = index === 0 ? undefined : found.get(vhost);
    if (hosts === undefined || hosts.length >= MAX_HOSTS) continue;
    hosts.push([host, ...order.slice(1, index)]);
  }
}
