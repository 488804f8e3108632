import { createApplier } from '../apply/apply.ts';
import { createDiff, type DiffInput } from '../diff/diff.ts';
import type { Engine } from '../model/container.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { patienceMsOf } from '../model/lease.ts';
import { RELEASED_ENGINE } from '../model/released-engine.ts';
import {
  createRedisReader,
  type OpenedPass,
  type RedisReader,
} from '../observe/frontends/redis.ts';
import type { Stages } from '../reconcile.ts';
import { readVersion } from '../version.ts';
import { contested, overlapping } from './contested.ts';
import { calledIn, sameNode } from './node.ts';
import type { StageClients, StageMode } from './stage-mode.ts';
import { wantsOf } from './wants.ts';

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
    read: (vhosts) => (mode.access === 'peek' ? reader.peekAt(vhosts) : reader.read(vhosts)),
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
  return calledIn(session.engine, node);
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
