import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { HostsSeen } from '../model/beat.ts';
import { isLive, patienceMsOf } from '../model/lease.ts';
import { isLoopback } from '../model/loopback.ts';

/** Says of other hosts on this Redis, once each, what does not go together with how this one is reached. */
export function createHostsWarning(config: Config, log: Logger): (seen: HostsSeen) => void {
  const patienceMs = patienceMsOf(config.resync.intervalMs);
  const trouble = troubleOf(config);
  let warnedOf: ReadonlySet<string> = new Set();
  return ({ clock, otherOwners }) => {
    const alive = otherOwners.filter((seen) => isLive(seen, clock.now, patienceMs));
    const fresh = alive.filter(({ owner }) => !warnedOf.has(owner)).map(({ owner }) => owner);
    warnedOf = new Set(alive.map(({ owner }) => owner));
    if (fresh.length === 0 || trouble === null) return;
    const { what, ...more } = trouble;
    log.warn({ otherOwners: fresh, ...more }, what);
  };
}

function troubleOf({ address, hostAddress, sharedNetwork, swarm }: Config) {
  if (address === 'container') {
    if (sharedNetwork) return null;
    const remedy = 'bridge addresses of two hosts overlap; set AUTODOCK_ADDRESS=published on both';
    return { remedy, what: 'Another engine writes to this Redis' };
  }
  // A node of a swarm is reached at its own address then.
  if (swarm || !isLoopback(hostAddress)) return null;
  const remedy = "set AUTODOCK_HOST_ADDRESS to this host's address as fronts reach it";
  const what = 'A front on another host does not reach the ports of this one';
  return { hostAddress, remedy, what };
}
