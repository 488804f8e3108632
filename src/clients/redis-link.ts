import type { Redis } from 'ioredis';
import { messageOf } from '../errors.ts';
import { runIn } from './redis-changes.ts';

/** What is told about the link. */
export interface LinkHandlers {
  /**
   * @param evictionPolicy what Redis does when its memory is full (`noeviction`, ...); null: it does not tell
   * @param run of the server; empty: it does not tell
   */
  readonly onReady: (evictionPolicy: string | null, run: string) => void;
  /** It is a replica whose master is out of reach, `seconds` long if it tells: what it has may be old. */
  readonly onCutOff: (seconds: number | null) => void;
  /** Once for each failed attempt and each lost connection. */
  readonly onDown: (reason: Error) => void;
}

/** Whether Redis may be used now, and why not. */
export interface RedisLink {
  readonly state: Readonly<LinkState>;
  /** Starts connecting, for ever; later calls do nothing. */
  open(): void;
  /** Resolves once Redis may be used. Rejects when the attempt under way fails, between two attempts at once. */
  ready(): Promise<void>;
}

/** How the connection fares. The client reads it before each attempt; the link, made after the client, keeps it. */
export interface LinkState {
  /** Why it is down, or was last. */
  reason: Error;
  /** Attempts that failed since Redis could be used; what the pause before the next one grows by. */
  failures: number;
}

/** Of a connection that was never tried. */
export function newLinkState(): LinkState {
  return { reason: new Error('not connected'), failures: 0 };
}

/** What a connection is for. */
export type RedisAccess = 'read' | 'write';

const LOADING_POLL_MS = 1_000;

/**
 * Follows a client that reconnects by itself. A connection counts as ready once INFO has said that no
 * data is being loaded, that writes are taken and that this is not a cluster (a user who may not ask is
 * believed), and its database is entered. (To the client it is ready when the socket is open, however
 * often that leads to nothing.)
 */
export function superviseLink(
  client: Redis,
  state: LinkState,
  access: RedisAccess,
  { onReady, onCutOff, onDown }: LinkHandlers,
): RedisLink {
  const gate = createGate();
  const becomeReady = (info: string): void => {
    state.reason = new Error('the connection was closed');
    state.failures = 0;
    gate.pass();
    onReady(/^maxmemory_policy:([\w-]+)/m.exec(info)?.[1] ?? null, runIn(info));
    if (isCutOff(info)) onCutOff(cutOffForS(info));
  };
  const becomeDown = (why: Error): void => {
    state.reason = why;
    gate.refuse(why);
    onDown(why);
  };
  client.on('connecting', gate.hold);
  client.on('error', (error: Error) => {
    state.reason = error;
  });
  client.on('ready', () => {
    introduce(client, access, becomeDown).then(becomeReady, (error: Error) => {
      if (client.status !== 'ready') return; // closed meanwhile: that is told already
      state.reason = error;
      client.disconnect(true);
    });
  });
  client.on('close', () => {
    state.failures += 1;
    becomeDown(state.reason);
  });
  const open = (): void => {
    if (client.status !== 'wait') return;
    gate.hold();
    client.connect().catch(() => undefined); // its failure is told by `close`
  };
  return {
    state,
    open,
    ready() {
      open();
      return gate.through();
    },
  };
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** Lets callers through, refuses them, or holds them until it is known which: while an attempt is under way. */
function createGate() {
  let verdict: 'open' | 'held' | Error = new Error('not connected');
  let waiters: Waiter[] = [];
  const decide = (decided: 'open' | Error, tell: (waiter: Waiter) => void): void => {
    verdict = decided;
    const told = waiters;
    waiters = [];
    for (const waiter of told) tell(waiter);
  };
  return {
    hold: (): void => {
      verdict = 'held';
    },
    pass: () => decide('open', ({ resolve }) => resolve()),
    refuse: (reason: Error) => decide(reason, ({ reject }) => reject(reason)),
    through(): Promise<void> {
      if (verdict === 'open') return Promise.resolve();
      if (verdict !== 'held') return Promise.reject(verdict);
      return new Promise((resolve, reject) => {
        waiters.push({ resolve, reject });
      });
    },
  };
}

/** What a server is that routes cannot be kept in, by what INFO says; null: one that may do. Valkey says `server_mode`. */
export function unfitMode(info: string): 'cluster_enabled' | 'redis_mode:sentinel' | null {
  if (/^cluster_enabled:1/m.test(info)) return 'cluster_enabled';
  return /^(?:redis|server)_mode:sentinel/m.test(info) ? 'redis_mode:sentinel' : null;
}

/**
 * Waits while Redis loads its data, and tells so once. Returns what INFO says; empty: it may not be asked.
 * @throws what INFO or SELECT ended with, or if this is a cluster, a Sentinel, a replica that takes no writes where we want to write,
 * or one that has nothing yet of what its master holds: that is not the same as no route
 */
async function introduce(
  client: Redis,
  access: RedisAccess,
  onLoading: (why: Error) => void,
): Promise<string> {
  const info = await client.info().catch((error: unknown) => {
    if (messageOf(error).includes('NOPERM')) return '';
    throw error;
  });
  const unfit = unfitMode(info);
  if (unfit !== null) throw new Error(unfit);
  await enterDatabase(client);
  const isReplica = /^role:slave/m.test(info) && /^slave_read_only:1/m.test(info);
  if (isReplica && access === 'write') throw new Error('READONLY');
  if (!/^loading:1/m.test(info)) {
    if (isCutOff(info) && !/^db\d+:keys=/m.test(info)) throw new Error('UNSYNCED');
    return info;
  }
  onLoading(new Error('LOADING'));
  await new Promise((resolve) => setTimeout(resolve, LOADING_POLL_MS));
  return introduce(client, access, () => undefined);
}

/** Also while a first synchronisation is under way. */
function isCutOff(info: string): boolean {
  return /^role:slave/m.test(info) && /^master_link_status:down/m.test(info);
}

/** `-1`: never since it was started. */
function cutOffForS(info: string): number | null {
  const seconds = /^master_link_down_since_seconds:(\d+)/m.exec(info)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/** The client has asked for it as well, but takes a refusal for no failure: it would go on in database 0. */
async function enterDatabase(client: Redis): Promise<void> {
  const { db = 0 } = client.options;
  if (db !== 0) await client.select(db);
}
