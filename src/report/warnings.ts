import type { Logger } from 'pino';
import type { DockerSession } from '../clients/docker-session.ts';
import type { Config } from '../config/config.ts';
import type { HostsSeen } from '../model/beat.ts';
import type { Engine } from '../model/container.ts';
import { mayEvict } from '../model/eviction.ts';
import type { Pass } from '../reconcile.ts';
import { createClockWarning } from './clocks.ts';
import { createHostsWarning } from './hosts-warning.ts';
import { createLossWarning } from './loss.ts';
import { createUnreadableWarning } from './unreadable.ts';

/** Says once what works but is probably not what was meant. */
export interface Warnings {
  onSession(session: DockerSession): void;
  /** Something before the engine does not let `GET /networks` through. */
  onNetworksDenied(): void;
  /** @param evictionPolicy what Redis does when its memory is full; null: it does not tell */
  onRedisReady(evictionPolicy: string | null): void;
  onPass(pass: Pass): void;
  /** @param seen all others, as of a sign of life of this owner */
  onHosts(seen: HostsSeen): void;
}

/** Each warning is logged when what it is about appears, not with every pass. */
export function createWarnings(config: Config, log: Logger, wallClock: () => number): Warnings {
  // Of nodes of a swarm only addresses are routed that are one container's everywhere.
  const onContainers = config.address === 'container' && !config.swarm;
  let warnedOfFaults: ReadonlySet<string> = new Set();
  let warnedOfRootless = '';
  let warnedOfPolicy: string | null = null;
  const warnOfLoss = createLossWarning(log);
  let ownEngine: Engine | null = null;
  const warnOfHosts = createHostsWarning(config, log, () => ownEngine);
  const warnOfUnreadable = createUnreadableWarning(log, wallClock);
  const warnOfClock = createClockWarning(log, wallClock);
  return {
    onSession({ engine, rootless }) {
      ownEngine = engine;
      if (!rootless || !onContainers || warnedOfRootless === engine.id) return;
      warnedOfRootless = engine.id;
      const remedy = 'publish ports and set AUTODOCK_ADDRESS=published';
      log.warn({ engine, remedy }, 'Engine is rootless: the host cannot reach container addresses');
    },
    onNetworksDenied() {
      const remedy = 'let the proxy before the engine pass GET /networks, or set autodock.network';
      log.warn({ remedy }, 'Docker does not tell about networks: a macvlan is taken for a bridge');
    },
    onRedisReady(policy) {
      if (policy === warnedOfPolicy) return;
      warnedOfPolicy = policy;
      if (!mayEvict(policy)) return;
      const remedy = 'CONFIG SET maxmemory-policy noeviction, and the same in redis.conf';
      log.warn({ policy, remedy }, 'Redis may evict routes and claims when its memory is full');
    },
    onPass(pass) {
      const { faults } = pass;
      warnOfLoss(pass);
      if (pass.hasLooked) warnOfUnreadable(pass.workloads);
      const newFaults = faults.filter(({ key }) => !warnedOfFaults.has(key));
      warnedOfFaults = new Set(faults.map(({ key }) => key));
      if (newFaults.length > 0) log.warn({ faults: newFaults }, 'Vhosts are left alone');
    },
    onHosts(seen) {
      warnOfClock(seen.clock.now);
      warnOfHosts(seen);
    },
  };
}
