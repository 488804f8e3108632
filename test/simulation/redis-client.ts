import type { RedisCommand, RedisConnection, RedisHandlers } from '../../src/clients/redis.ts';
import { readError, writeError } from '../../src/clients/redis-failure.ts';
import type { RedisPeer } from '../../src/clients/redis-meanings.ts';
import type { Random } from '../laws/random.ts';
import type { HostWay } from './host-way.ts';
import type { Accepted, RedisServer } from './redis-server.ts';
import { newSession } from './redis-session.ts';
import type { Process, Time } from './time.ts';

/** What happens to the next batch of commands on its way; `null`: nothing. */
export type Loss = 'request' | 'reply' | null;

/** What a connection runs on. */
export interface RedisClientOptions {
  readonly time: Time;
  readonly random: Random;
  readonly server: RedisServer;
  readonly way: HostWay;
  readonly process: Process;
  readonly timeoutMs: number;
  readonly handlers: RedisHandlers;
  /** Asked for each batch. */
  readonly lose: (commands: readonly RedisCommand[]) => Loss;
  /** Called at what a crash may fall between: before a batch is sent, and when it has been executed. */
  readonly onStep: () => void;
}

const PEER: RedisPeer = { address: 'simulated', user: 'default', keyPrefix: '' };
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
const WRITES: ReadonlySet<string> = new Set([
  ...['autodockApply', 'autodockLapse', 'autodockReap', 'autodockEdit'],
]);

const NOBODY = newSession(0);

interface Batch {
  /** Calls off its deadlines. */
  readonly done: () => void;
  readonly settle: (replies: readonly unknown[] | Error) => void;
}

/**
 * A connection as the real client keeps it: made anew for ever, a deadline for every command, dropped when
 * nothing came back for twice as long, nothing ever sent twice.
 */
export function connectSimulatedRedis(options: RedisClientOptions): RedisConnection {
  const { time, random, server, way, process, timeoutMs, handlers } = options;
  let state: 'wait' | 'connecting' | 'ready' | Error = 'wait';
  let link: Accepted | null = null;
  let failures = 0;
  let watchers = 0;
  let isClosed = false;
  let pending = new Set<Batch>();
  let waiters: { resolve: () => void; reject: (error: Error) => void }[] = [];

  const decide = (next: 'ready' | Error) => {
    state = next;
    const told = waiters;
    waiters = [];
    for (const { resolve, reject } of told) next === 'ready' ? resolve() : reject(next);
  };
  const drop = (error: Error) => {
    if (state === 'wait' || state instanceof Error) return;
    link?.close();
    link = null;
    const lost = pending;
    pending = new Set();
    failures += 1;
    decide(error);
    for (const { settle, done } of lost) {
      done();
      settle(error);
    }
    handlers.onDown?.(readError(error, PEER));
    if (isClosed) return;
    const grown = FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 6);
    const jitter = 0.75 + random.int(50) / 100;
    time.after(Math.min(LONGEST_BACKOFF_MS, grown) * jitter, connect, process);
  };
  const connect = () => {
    state = 'connecting';
    const refused = new Error('connect ECONNREFUSED');
    time.after(
      0.5 + random.int(10) / 10,
      () => (server.isUp ? introduce() : drop(refused)),
      process,
    );
  };
  /** A server that does not answer INFO is not ready: the command times out. */
  const introduce = () => {
    if (server.isFrozen || way.isCut) {
      time.after(timeoutMs, () => drop(new Error('Command timed out')), process);
      return;
    }
    const accepted = server.accept((error) => {
      time.after(0.1, () => link === accepted && drop(error), process);
    });
    link = accepted;
    if (link === null) return drop(new Error('connect ECONNREFUSED'));
    failures = 0;
    decide('ready');
    handlers.onReady?.('noeviction');
    return undefined;
  };
  const ready = (): Promise<void> => {
    if (state === 'wait') connect();
    if (state === 'ready') return Promise.resolve();
    if (state instanceof Error) return Promise.reject(state);
    return new Promise((resolve, reject) => {
      waiters.push({ resolve, reject });
    });
  };
  const send = (commands: readonly RedisCommand[]): Promise<readonly unknown[]> =>
    new Promise((resolve, reject) => {
      // What a dead process asks for reaches nobody.
      if (!process.alive) return;
      const loss = options.lose(commands);
      const session = link?.session;
      const deadlines = [
        time.after(timeoutMs, () => batch.settle(new Error('Command timed out')), process),
        time.after(2 * timeoutMs, () => drop(new Error('Socket timeout')), process),
      ];
      const batch: Batch = {
        done: () => {
          for (const callOff of deadlines) callOff();
        },
        settle: (replies) => {
          if (replies instanceof Error) reject(replies);
          else resolve(replies);
        },
      };
      pending.add(batch);
      if (loss === 'request') {
        time.after(0.3, () => drop(new Error('read ECONNRESET')), process);
        return;
      }
      // From here on it is on its way: it will be executed, whoever is alive then.
      time.after(0.1 + random.int(15) / 10, () => {
        const arrive = (replies: readonly unknown[]) => {
          options.onStep();
          if (loss === 'reply') {
            time.after(0.2, () => drop(new Error('read ECONNRESET')), process);
            return;
          }
          const back = () => {
            if (!pending.delete(batch)) return;
            batch.done();
            const error = replies.find((reply) => reply instanceof Error);
            batch.settle(error instanceof Error ? error : replies);
          };
          time.after(0.1 + random.int(15) / 10, back, process);
        };
        const isWrite = WRITES.has(String(commands[0]?.[0]));
        const from = { process, session: session ?? NOBODY };
        const receive = () =>
          server.receive(from, commands, (replies) => way.pass(() => arrive(replies)));
        way.pass(receive, isWrite);
      });
    });
  return {
    address: PEER.address,
    open: () => {
      if (state === 'wait') connect();
    },
    define: () => undefined,
    hear: () => ({ take: () => true }),
    claimWatch: () => watchers++ === 0,
    async read(commands) {
      options.onStep();
      try {
        await ready();
        return await send(commands);
      } catch (error) {
        throw readError(error, PEER);
      }
    },
    async write(command) {
      options.onStep();
      try {
        await ready();
      } catch (error) {
        throw writeError(error, PEER, 'nothing was written');
      }
      try {
        const [reply] = await send([command]);
        return reply;
      } catch (error) {
        throw writeError(error, PEER, 'the outcome is unknown until the next read');
      }
    },
    close: () => {
      isClosed = true;
      drop(new Error('Connection is closed.'));
    },
  };
}
