import type { RedisCommand } from '../../src/clients/redis.ts';
import { emptyWorld } from '../laws/dump.ts';
import { copyOf, type World } from '../laws/world.ts';
import type { Script, Tear } from './redis-apply.ts';
import { createCommands } from './redis-commands.ts';
import { type Hashes, setField } from './redis-orders.ts';
import type { ReapRules } from './redis-reap.ts';
import { newSession, type Session } from './redis-session.ts';
import { EPOCH_MS, type Process, type Time } from './time.ts';
import type { Watch } from './watch.ts';

/** How an open connection to the server ends. */
export type Drop = (error: Error) => void;

/** A connection that was accepted. */
export interface Accepted {
  readonly session: Session;
  close(): void;
}

/** Takes what a batch of commands was answered with: each a value or an error. */
export type Answer = (replies: readonly unknown[]) => void;

/** Who sends, and by which connection. */
export interface From {
  readonly process: Process;
  readonly session: Session;
}

/** A simulated Redis: what it holds, and in which state it is. */
export interface RedisServer {
  readonly world: World;
  /** What stands beside it: drains and names. */
  readonly hashes: Hashes;
  /** When somebody ordered anything for the last time. */
  readonly orderedAt: number;
  /** Rises with every change of what it holds. */
  readonly revision: number;
  readonly isUp: boolean;
  readonly isFrozen: boolean;
  readonly isFull: boolean;
  /** When it was not well for the last time. */
  readonly troubledAt: number;
  /** Milliseconds since 1970, by its clock. */
  now(): number;
  /** A connection, until `drop` is called by either side; null: refused. */
  accept(drop: Drop): Accepted | null;
  /** Runs commands in one go; a frozen server does so when it wakes up, whoever still waits for the answer. */
  receive(from: From, commands: readonly RedisCommand[], answer: Answer): void;
  /** Somebody else writes. */
  change(write: (world: World) => void): void;
  /** Somebody writes a drain, or takes it out. */
  order(key: string, field: string, text: string | null): void;
  freeze(frozen: boolean): void;
  /** Its clock goes on from another time. */
  shift(byMs: number): void;
  /** What an owner published of itself. */
  recordOf(owner: string): string | undefined;
  fill(full: boolean): void;
  /** Dies in the middle of the next apply. */
  tear(onDeath: () => void): void;
  /** Nothing is torn any more. */
  heal(): void;
  /** Ends, and loses what has not been answered. */
  stop(): void;
  /** Comes back with what it saved last, or with nothing. */
  start(how: 'as-saved' | 'empty' | 'as-it-was'): void;
  save(): void;
}

interface Kept {
  readonly world: World;
  readonly engines: Map<string, string>;
  readonly hashes: Hashes;
}

function nothing(): Kept {
  return { world: emptyWorld(), engines: new Map(), hashes: new Map() };
}

export function createRedisServer(
  time: Time,
  watch: Watch,
  mutant: { readonly script: Script; readonly tear: Tear; readonly rules: ReapRules },
): RedisServer {
  let world = emptyWorld();
  let engines = new Map<string, string>();
  let hashes: Hashes = new Map();
  let orderedAt = 0;
  let troubledAt = Number.NEGATIVE_INFINITY;
  let saved = nothing();
  let connections = new Set<Drop>();
  let waiting: (() => void)[] = [];
  let sessions = 0;
  let revision = 0;
  let starts = 0;
  let isUp = true;
  let onTear: (() => void) | null = null;
  let isFrozen = false;
  let isFull = false;
  let shiftMs = 0;
  const { script, tear, rules } = mutant;
  const now = () => EPOCH_MS + Math.floor(time.now()) + shiftMs;
  const disturb = () => {
    troubledAt = time.now();
    watch.disturbed('until-resync');
  };
  const dropAll = (error: Error) => {
    const dropped = connections;
    connections = new Set();
    for (const drop of dropped) drop(error);
  };
  const server: RedisServer = {
    get world() {
      return world;
    },
    get hashes() {
      return hashes;
    },
    get orderedAt() {
      return orderedAt;
    },
    get revision() {
      return revision;
    },
    get isUp() {
      return isUp;
    },
    get isFrozen() {
      return isFrozen;
    },
    get isFull() {
      return isFull;
    },
    get troubledAt() {
      const isWell = isUp && !isFrozen && !isFull && onTear === null;
      return isWell ? troubledAt : time.now();
    },
    now,
    accept(drop) {
      if (!isUp) return null;
      connections.add(drop);
      sessions += 1;
      return { session: newSession(sessions), close: () => connections.delete(drop) };
    },
    receive({ process, session }, commands, answer) {
      const work = () => {
        expire(world, now());
        const isTorn = onTear !== null && commands.some(([name]) => name === 'autodockApply');
        const run = createCommands({
          ...{
            world,
            engines,
            hashes,
            now: now(),
            run: `run ${starts}`,
            isFull,
            script,
            rules,
            process,
            session,
            watch,
          },
          tear: isTorn ? tear : null,
        });
        const replies = commands.map((command) => run(command));
        revision += 1;
        if (!isTorn) return answer(replies);
        const died = onTear;
        onTear = null;
        server.stop();
        return died?.();
      };
      if (isFrozen) waiting.push(work);
      else if (isUp) work();
    },
    change(write) {
      expire(world, now());
      write(world);
      revision += 1;
    },
    order(key, field, text) {
      setField(hashes, key, field, text);
      orderedAt = time.now();
    },
    shift(byMs) {
      shiftMs += byMs;
    },
    recordOf: (owner) => engines.get(owner),
    freeze(frozen) {
      isFrozen = frozen;
      disturb();
      if (frozen) return;
      const thawed = waiting;
      waiting = [];
      for (const work of thawed) work();
    },
    fill(full) {
      isFull = full;
      disturb();
    },
    tear(onDeath) {
      onTear = onDeath;
      disturb();
    },
    heal() {
      onTear = null;
    },
    stop() {
      isUp = false;
      isFrozen = false;
      waiting = [];
      disturb();
      dropAll(new Error('connect ECONNREFUSED'));
    },
    start(how) {
      isUp = true;
      starts += 1;
      disturb();
      if (how === 'as-it-was') return;
      const from = how === 'empty' ? nothing() : saved;
      world = copyOf(from.world);
      engines = new Map(from.engines);
      hashes = structuredClone(from.hashes);
      revision += 1;
      watch.restored(how);
    },
    save() {
      saved = structuredClone({ world, engines, hashes });
      watch.saved();
    },
  };
  return server;
}

function expire(world: World, now: number): void {
  for (const [host, marks] of world.dead) {
    if (typeof marks !== 'string' && marks.expiresAt <= now) world.dead.delete(host);
  }
}
