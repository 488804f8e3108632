import type { Config } from '../config/config.ts';
import { createDesire } from '../desire/desire.ts';
import { ConfigError, ObserveError } from '../errors.ts';
import { askedVhosts, type Facts, type RunningFacts, type Side } from '../explain/facts.ts';
import { type Drains, NO_DRAINS } from '../model/drain.ts';
import type { Owner } from '../model/ids.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { patienceMsOf } from '../model/lease.ts';
import { type OwnClaims, ownClaims, routedIn } from '../model/own-claims.ts';
import type { Workload } from '../model/workload.ts';
import { readDrains } from '../observe/frontends/drains.ts';
import { readHash } from '../observe/frontends/hash.ts';
import { readPlainly } from '../observe/frontends/plain-read.ts';
import type { Wiring } from '../pass/clients.ts';
import { calledIn, desireSettings, nodeOf } from '../pass/node.ts';
import { surveyRedis } from './read-redis.ts';

/**
 * Looks at Docker and at Redis, each on its own, and decides as a pass would; reads alone. What cannot be seen is
 * said in the side's place.
 */
export async function survey(wiring: Wiring, config: Config): Promise<Facts> {
  const owner = await sideOf(() => wiring.owner());
  const self = owner.kind === 'seen' ? owner.facts : null;
  // An engine that does not say who it is has not to be waited for twice.
  const running = isOfDocker(owner) ? owner : await sideOf(() => surveyRunning(wiring, config));
  const alsoVhosts = running.kind === 'seen' ? askedVhosts(running.facts) : new Set<string>();
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const redis = await sideOf(() => surveyRedis(wiring.redis, keys, { self, alsoVhosts }));
  const { keyPrefix } = config.redis;
  return { self, patienceMs: patienceMsOf(config.resync.intervalMs), keyPrefix, running, redis };
}

/**
 * Looks at Redis alone; see `survey`. Docker is asked who it is if that decides whose routes are ours; meanwhile
 * Redis is read.
 */
export async function surveyRedisAlone(
  wiring: Wiring,
  config: Config,
): Promise<Pick<Facts, 'self' | 'redis'>> {
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const read = (self: Owner | null) =>
    sideOf(() => surveyRedis(wiring.redis, keys, { self, alsoVhosts: new Set() }));
  const [owner, redis] = await Promise.all([sideOf(() => wiring.owner()), read(config.owner)]);
  const self = owner.kind === 'seen' ? owner.facts : null;
  // Claims are read of the owners that are listed there, as every one is that ever passed.
  const isRead = redis.kind === 'failed' || redis.facts.owners.some((seen) => seen.owner === self);
  return { self, redis: self === null || isRead ? redis : await read(self) };
}

async function surveyRunning(wiring: Wiring, config: Config): Promise<RunningFacts> {
  const session = await wiring.sessions.current();
  const source = wiring.workloads();
  const [claimed, drains] = await Promise.all([
    ...([claimsOf(wiring, config), drainsOf(wiring, config)] as const),
    wiring.hearLast(),
  ]);
  const patienceMs = Number.POSITIVE_INFINITY;
  const seen = await source.observe({ patienceMs, isRouted: routedIn(claimed) });
  const ownNode = nodeOf(config, session);
  const settings = desireSettings(config, ownNode);
  const workloads = config.swarm ? await completed(wiring, seen) : seen;
  const { verdicts } = createDesire()({ workloads, claimed, drains, settings });
  const { membership } = session;
  const engine = calledIn(session.engine, ownNode);
  const node = membership.kind === 'node' ? membership.node : null;
  return { engine, node, workloads, verdicts, settings };
}

/** As they are on this node where Redis cannot tell, as is said in its place. */
async function completed(wiring: Wiring, seen: readonly Workload[]): Promise<readonly Workload[]> {
  const side = await sideOf(async () => wiring.tasks.complete(seen, await wiring.owner()));
  return side.kind === 'seen' ? side.facts : seen;
}

/** Nobody where Redis cannot tell, as is said in its place. */
async function drainsOf(wiring: Wiring, config: Config): Promise<Drains> {
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const side = await sideOf(async () => readDrains(wiring.redis, keys, await wiring.owner()));
  return side.kind === 'seen' ? side.facts : NO_DRAINS;
}

/**
 * What unknown workloads keep, and those whose health the engine set back; and whose requests they are now. Nothing
 * where Redis cannot tell.
 */
async function claimsOf(wiring: Wiring, config: Config): Promise<OwnClaims> {
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const side = await sideOf(async () => {
    const owner = await wiring.owner();
    const vhosts = await readHash(wiring.redis, keys.claims(owner));
    return ownClaims(owner, await readPlainly(wiring.redis, keys, owner, [...vhosts.keys()]));
  });
  return side.kind === 'seen' ? side.facts : [];
}

/** A side, with the error where it could not be seen. */
type Looked<T> =
  | Extract<Side<T>, { readonly kind: 'seen' }>
  | (Extract<Side<T>, { readonly kind: 'failed' }> & { readonly error: Error });

/** It could not be asked at all; an engine that has no usable ID still tells what runs. */
function isOfDocker<T>(side: Looked<T>): side is Extract<Looked<T>, { readonly kind: 'failed' }> {
  return side.kind === 'failed' && side.error instanceof ObserveError;
}

async function sideOf<T>(look: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { kind: 'seen', facts: await look() };
  } catch (error) {
    const isExpected = error instanceof ObserveError || error instanceof ConfigError;
    if (!isExpected) throw error;
    return { kind: 'failed', problem: error.message, error };
  }
}
