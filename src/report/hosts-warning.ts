import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { HostsSeen } from '../model/beat.ts';
import type { Engine } from '../model/container.ts';
import { isLive, patienceMsOf } from '../model/lease.ts';
import { isLoopback } from '../model/loopback.ts';
import type { OwnerSeen } from '../model/owner-record.ts';

/**
 * Says of other owners on this Redis, once each, what does not go together with how this one is reached.
 *
 * @param ownEngine null: not known yet
 */
export function createHostsWarning(
  config: Config,
  log: Logger,
  ownEngine: () => Engine | null,
): (seen: HostsSeen) => void {
  const patienceMs = patienceMsOf(config.resync.intervalMs);
  const trouble = troubleOf(config);
  let warnedOf: ReadonlySet<string> = new Set();
  return ({ clock, otherOwners }) => {
    const alive = otherOwners.filter((seen) => isLive(seen, clock.now, patienceMs));
    const fresh = alive.filter(({ owner }) => !warnedOf.has(owner));
    warnedOf = new Set(alive.map(({ owner }) => owner));
    if (trouble === null) return;
    const own = ownEngine();
    const isTrouble = (seen: OwnerSeen) => !isOf(own, seen) && !isApart(config, seen);
    const tell = (owners: readonly OwnerSeen[], { what, ...more }: Trouble) => {
      if (owners.length === 0) return;
      log.warn({ otherOwners: owners.map(({ owner }) => owner), ...more }, what);
    };
    tell(fresh.filter(isTrouble), trouble);
    tell(
      fresh.filter((seen) => isOf(own, seen)),
      ONE_ENGINE,
    );
  };
}

interface Trouble {
  readonly what: string;
  readonly remedy: string;
  readonly hostAddress?: string;
}

/** A host that publishes ports writes none of its containers' addresses, which may be ours. */
function isApart(config: Config, seen: OwnerSeen): boolean {
  return config.address === 'container' && seen.address === 'published';
}

/** They route the same containers to the same addresses, and neither harms the other. */
const ONE_ENGINE: Trouble = {
  what: 'Another owner routes the containers of this engine, too',
  remedy:
    'if only one of them is meant, stop the other and withdraw what it claims: autodock release --owner',
};

/** A machine that was cloned has the ID of another one, and a name of its own. */
function isOf(own: Engine | null, { engineId, engine }: OwnerSeen): boolean {
  return own !== null && own.id === engineId && own.name === engine;
}

function troubleOf({ address, hostAddress, sharedNetwork, swarm }: Config): Trouble | null {
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
