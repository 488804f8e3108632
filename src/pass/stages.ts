import { createApplier } from '../apply/apply.ts';
import type { RedisConnection } from '../clients/redis.ts';
import type { Sessions } from '../clients/sessions.ts';
import type { Config } from '../config/config.ts';
import { createDesire } from '../desire/desire.ts';
import { createDiff, type DiffInput } from '../diff/diff.ts';
import { type GuardState, guard } from '../diff/guard.ts';
import { ObserveError } from '../errors.ts';
import type { Engine } from '../model/container.ts';
import { type Owner, type ShortId, shortId } from '../model/ids.ts';
import { keysWithPrefix } from '../model/keys.ts';
import type { Workload } from '../model/workload.ts';
import {
  createRedisReader,
  type OpenedPass,
  type RedisReader,
} from '../observe/frontends/redis.ts';
import type { Source } from '../observe/workloads.ts';
import type { Stages } from '../reconcile.ts';

/** The clients that the stages read from and write to. */
export interface StageClients {
  readonly config: Config;
  readonly owner: Owner;
  readonly sessions: Sessions;
  readonly redis: RedisConnection;
  readonly workloads: Source;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** How these stages are meant to run. */
export interface StageMode {
  /** `peek`: plain reads, no epoch, nothing is ever written. */
  readonly access: 'write' | 'peek';
  /** How long a pass waits for inspections; `Infinity`: to their deadlines. */
  readonly patienceMs: number;
  readonly holdMs: number;
}

/** The stages of one owner. What they remember between passes is derived: losing it changes no outcome. */
export function createStages(clients: StageClients, mode: StageMode): Stages {
  const { config, owner, sessions, redis, workloads, now } = clients;
  const { policy } = config;
  const { keyPrefix } = config.redis;
  const keys = keysWithPrefix(keyPrefix);
  const resyncIntervalMs = config.resync.intervalMs;
  const reader = createRedisReader(redis, { owner, keys, resyncIntervalMs });
  const desire = createDesire();
  const settings = { ...config, frontAddresses: config.front.addresses };
  const applier = createApplier(redis, { owner, keys, holdMs: mode.holdMs });
  const diff = createDiff({ holdMs: mode.holdMs, policy, keyPrefix });
  const hintOf = createHint();
  let hint: ReadonlySet<string> = new Set();
  let guardState: GuardState = { refusingSince: null };
  return {
    owner,
    // By the engine known last: a pass is a sign of life even while Docker does not answer.
    open: async () =>
      open(reader, mode, (sessions.last() ?? (await sessions.current())).engine, hint),
    observe: (isRouted) => workloads.observe({ patienceMs: mode.patienceMs, isRouted }),
    desire: (input) => desire({ ...input, settings }),
    read: (vhosts) => reader.read(vhosts),
    diff: (input) => {
      hint = hintOf(input);
      return diff(input);
    },
    guard: (plan, { workloads: seen, frontends, redisNow }) => {
      const context = { owner, now: redisNow, holdMs: mode.holdMs };
      const holders = () => holdersOf(seen);
      const input = { state: guardState, now: now(), observed: frontends, context, holders };
      const decision = guard(plan, config.guard, input);
      guardState = decision.state;
      return decision;
    },
    apply: mode.access === 'write' ? (plan) => applier.apply(plan) : null,
  };
}

async function open(
  reader: RedisReader,
  { access }: StageMode,
  engine: Engine,
  hint: ReadonlySet<string>,
): Promise<OpenedPass> {
  const opened = access === 'peek' ? await reader.peek(hint) : await reader.open(engine, hint);
  if (opened.kind === 'opened') return opened;
  const { id, name } = opened.engine;
  const message =
    'Redis: another engine passed under this owner a moment ago: ' +
    `${id} (${name}), and this is ${engine.id} (${engine.name}); give each its own AUTODOCK_OWNER, ` +
    'and a cloned machine its own engine ID (delete /etc/docker/key.json and engine-id, restart Docker)';
  throw new ObserveError('owner-contested', message);
}

/**
 * What the next pass will read at once, in all likelihood: what is desired, and what is claimed. The
 * identical set while both sides are.
 */
function createHint(): (input: DiffInput) => ReadonlySet<string> {
  let last: DiffInput | null = null;
  let vhosts: ReadonlySet<string> = new Set();
  return (input) => {
    const { desired, observed, owner } = input;
    if (last?.desired === desired && last.observed === observed) return vhosts;
    const claimed = [...observed].filter(([, { claims }]) => claims.has(owner));
    vhosts = new Set([...desired.keys(), ...claimed.map(([vhost]) => vhost)]);
    last = input;
    return vhosts;
  };
}

/** Who has an address; one that several may have at once, as it is nobody's own, is left out. */
function holdersOf(workloads: readonly Workload[]): ReadonlyMap<string, ReadonlySet<ShortId>> {
  const holders = new Map<string, Set<ShortId>>();
  for (const workload of workloads) {
    const isOnNetworks = workload.kind !== 'unreadable' && workload.reach === 'networks';
    const networks = isOnNetworks ? workload.addresses : [];
    for (const address of networks.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6])) {
      const ids = holders.get(address ?? '') ?? new Set<ShortId>();
      holders.set(address ?? '', ids.add(shortId(workload.id)));
    }
  }
  return holders;
}
