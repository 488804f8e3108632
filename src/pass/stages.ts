import { createApplier } from '../apply/apply.ts';
import type { Boot } from '../clients/boot.ts';
import type { RedisConnection } from '../clients/redis.ts';
import type { Sessions } from '../clients/sessions.ts';
import type { Config } from '../config/config.ts';
import { createDesire } from '../desire/desire.ts';
import { heldWithoutAddresses } from '../desire/held.ts';
import { createDiff, type DiffInput } from '../diff/diff.ts';
import { type GuardState, guard } from '../diff/guard.ts';
import type { Engine } from '../model/container.ts';
import { type Owner, type ShortId, shortId } from '../model/ids.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { patienceMsOf } from '../model/lease.ts';
import { RELEASED_ENGINE } from '../model/released-engine.ts';
import type { SwarmNode } from '../model/swarm.ts';
import type { Workload } from '../model/workload.ts';
import {
  createRedisReader,
  type OpenedPass,
  type RedisReader,
} from '../observe/frontends/redis.ts';
import type { Tasks } from '../observe/swarm/tasks.ts';
import type { Source } from '../observe/workloads.ts';
import type { Stages } from '../reconcile.ts';
import { readVersion } from '../version.ts';
import { areClaimsOld } from './claims-age.ts';
import { contested, overlapping } from './contested.ts';
import { holdersOf } from './holders.ts';
import { desireSettings, sameNode } from './node.ts';

/** The clients that the stages read from and write to. */
export interface StageClients {
  readonly config: Config;
  readonly owner: Owner;
  /** null: it is not routed as a node of a swarm. */
  readonly node: SwarmNode | null;
  readonly sessions: Sessions;
  readonly redis: RedisConnection;
  readonly workloads: Source;
  readonly tasks: Pick<Tasks, 'complete'>;
  /** Another one for each process. */
  readonly run: string;
  /** Of the engine's host; null: not known. */
  readonly boot: Boot | null;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** How these stages are meant to run. */
export interface StageMode {
  /** `peek`: plain reads, no epoch, nothing is ever written. */
  readonly access: 'write' | 'peek';
  /**
   * `nothing`: all that this owner claims goes. `held`: all of it is held, as nobody knows which container has which
   * address. In both no engine is asked, and no guard puts it off.
   */
  readonly wants: 'all' | 'held' | 'nothing';
  /** How long a pass waits for inspections; `Infinity`: to their deadlines. */
  readonly patienceMs: number;
  readonly holdMs: number;
  /** Whether signs of life follow between the passes, so that the owner has a lease. */
  readonly hasHeartbeat: boolean;
}

/** The stages of one owner. What they remember between passes is derived: losing it changes no outcome. */
export function createStages(clients: StageClients, mode: StageMode): Stages {
  const { config, owner, redis } = clients;
  const { keyPrefix } = config.redis;
  const keys = keysWithPrefix(keyPrefix);
  const isLeaving = mode.wants === 'nothing';
  const reader = createRedisReader(redis, {
    ...{ owner, keys, isLeaving, version: readVersion() },
    ...{ address: config.address, sharedNetwork: config.sharedNetwork },
    leaseMs: mode.hasHeartbeat ? config.leaseMs : null,
    patienceMs: patienceMsOf(config.resync.intervalMs),
    run: clients.run,
    boot: clients.boot,
  });
  const applier = createApplier(redis, { owner, keys, holdMs: mode.holdMs });
  const policy = isLeaving ? 'sync' : config.policy;
  const diff = createDiff({ holdMs: mode.holdMs, policy, keyPrefix });
  const hintOf = createHint();
  let hint: ReadonlySet<string> = new Set();
  return {
    owner,
    ...wantsOf(clients, mode),
    open: async () => {
      const engine = isLeaving ? RELEASED_ENGINE : await engineOf(clients);
      return open(reader, mode, engine, hint);
    },
    read: (vhosts) => reader.read(vhosts),
    diff: (input) => {
      hint = hintOf(input);
      return diff(input);
    },
    apply: mode.access === 'write' ? (plan) => applier.apply(plan) : null,
  };
}

/** By the engine known last: a pass is a sign of life even while Docker does not answer. */
async function engineOf({ sessions, node }: StageClients): Promise<Engine> {
  const session = sessions.last() ?? (await sessions.current());
  sameNode(node, session);
  const { id, name } = session.engine;
  // Nodes may have one name.
  return { id, name: node === null ? name : `${name} at ${node.address}` };
}

/** The stages between what is read of Redis and the plan for it. */
type Wants = Pick<Stages, 'looks' | 'observe' | 'desire' | 'guard'>;

function wantsOf(clients: StageClients, mode: StageMode): Wants {
  switch (mode.wants) {
    case 'all':
      return wantsAll(clients, mode);
    case 'held':
      return wantsHeld(clients);
    case 'nothing':
      return WANTS_NOTHING;
  }
}

const WANTS_NOTHING: Wants = {
  looks: false,
  observe: async () => [],
  desire: () => ({ frontends: new Map(), verdicts: [] }),
  guard: (plan) => ({ plan, putOff: [], state: { refusingSince: null } }),
};

function wantsHeld({ config, node }: StageClients): Wants {
  const { hostAddress } = desireSettings(config, node);
  return {
    ...WANTS_NOTHING,
    desire: ({ claimed }) => ({
      frontends: heldWithoutAddresses(claimed, hostAddress),
      verdicts: [],
    }),
  };
}

function wantsAll(clients: StageClients, mode: StageMode): Wants {
  const { config, owner, node, workloads, tasks, boot, now } = clients;
  const desire = createDesire();
  const settings = desireSettings(config, node);
  let guardState: GuardState = { refusingSince: null };
  return {
    looks: true,
    observe: async (isRouted) => {
      const seen = await workloads.observe({ patienceMs: mode.patienceMs, isRouted });
      return node === null ? seen : tasks.complete(seen, owner);
    },
    desire: ({ opening, ...seen }) => {
      const { drains } = opening;
      return desire({ ...seen, drains, areClaimsOld: areClaimsOld(opening, boot), settings });
    },
    guard: (plan, { workloads: seen, drains, frontends, redisNow }) => {
      const context = { owner, now: redisNow, holdMs: mode.holdMs };
      const holders = () => holdersOf(seen);
      const calledOff = () => new Set([...leavingAmong(seen), ...drains.keys()]);
      const known = { observed: frontends, context, holders, calledOff };
      const input = { state: guardState, now: now(), ...known };
      const decision = guard(plan, config.guard, input);
      guardState = decision.state;
      return decision;
    },
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
  const { record, overlaps } = opened;
  throw overlaps === null ? contested(record, engine) : overlapping(overlaps, record);
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

/** Who was told to stop, or was overtaken. */
function leavingAmong(workloads: readonly Workload[]): readonly ShortId[] {
  const leaving = workloads.filter(
    (workload) =>
      workload.kind !== 'unreadable' &&
      (workload.state === 'stopping' || workload.overtaken !== undefined),
  );
  return leaving.map(({ id }) => shortId(id));
}
