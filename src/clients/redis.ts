import type { RedisConfig } from '../config/config.ts';
import { maskSecret } from '../config/mask.ts';
import { type ChangesListener, createChangesListener, type KeyChanges } from './redis-changes.ts';
import { reconnectingClient } from './redis-client.ts';
import { describeStale, isCollateral, readError, writeError } from './redis-failure.ts';
import {
  type LinkState,
  newLinkState,
  type RedisAccess,
  type RedisLink,
  superviseLink,
} from './redis-link.ts';
import type { RedisPeer } from './redis-meanings.ts';
import { OUT_OF_MEMORY, WRONG_TYPE } from './redis-reply.ts';

/** A command in lower case, or the name of a defined script, with its arguments. */
export type RedisCommand = readonly [name: string, ...args: (string | number)[]];

/** What is told about the connection; nothing is required. */
export interface RedisHandlers {
  /** Redis may be used (again). `evictionPolicy`: what it does when its memory is full; null: it does not tell. */
  readonly onReady?: (evictionPolicy: string | null) => void;
  /** What it has may be old; in words that name it. */
  readonly onStale?: (warning: string) => void;
  /** An attempt failed or the connection was lost; the next attempt follows by itself. */
  readonly onDown?: (error: Error) => void;
  /** It does not tell of changes that `hear` asked for, and why. */
  readonly onDeaf?: (error: Error) => void;
  /** One command has ended. */
  readonly onCommand?: (result: 'ok' | 'error' | 'timeout') => void;
}

/** The connection to one Redis, made anew for ever, with a deadline on every call. */
export interface RedisConnection {
  /** Where Redis is, without any secret. */
  readonly address: string;
  /** Starts connecting; the first call would do it too. */
  open(): void;
  /** Makes a Lua script a command of this name; its first argument is the number of keys. */
  define(name: string, lua: string): void;
  /**
   * Sends commands in one round trip and gives their replies in order, each as it came or `WRONG_TYPE`.
   * @throws ObserveError if one of them failed
   */
  read(commands: readonly RedisCommand[]): Promise<readonly unknown[]>;
  /**
   * Sends one command that writes, once: never again, whatever happens. Gives its reply, or `OUT_OF_MEMORY`.
   * @throws ApplyError that says whether something may have been written
   */
  write(command: RedisCommand): Promise<unknown>;
  /**
   * From now on Redis is asked, on a connection of its own, to tell when keys with these prefixes change.
   */
  hear(prefixes: readonly string[]): KeyChanges;
  /** Whether the caller may WATCH keys on it: whoever asks first, as nobody could tell whose they are. */
  claimWatch(): boolean;
  /** Drops the connection at once, also that to a frozen Redis. */
  close(): void;
}

type Replied = readonly [error: Error | null, value: unknown];

/**
 * Prepares a connection; nothing is sent before it is used or opened. `name` is what CLIENT LIST shows.
 *
 * @param access `read`: a replica will do
 * @throws ConfigError if a file of TLS cannot be read
 */
export function connectRedis(
  config: RedisConfig,
  name: string,
  handlers: RedisHandlers = {},
  access: RedisAccess = 'write',
): RedisConnection {
  const state = newLinkState();
  const { client, beside, close } = reconnectingClient(config, name, state);
  let isClosed = false;
  const address = maskSecret(config.url, false);
  const { keyPrefix } = config;
  const peer: RedisPeer = { address, user: client.options.username || 'default', keyPrefix };
  const listeners: ChangesListener[] = [];
  let run: string | null = null;
  const link = superviseLink(client, state, access, {
    onReady: (evictionPolicy, of) => {
      run = of;
      for (const listener of listeners) listener.linkIsReady(of);
      handlers.onReady?.(evictionPolicy);
    },
    onCutOff: (seconds) => handlers.onStale?.(describeStale(seconds, peer)),
    onDown: (reason) => {
      run = null;
      for (const listener of listeners) listener.linkIsDown();
      if (!isClosed) handlers.onDown?.(readError(reason, peer));
    },
  });
  const send = async (commands: readonly RedisCommand[]): Promise<readonly Replied[]> => {
    const settled = (await client.pipeline(commands.map((command) => [...command])).exec()) ?? [];
    for (const [error] of settled) handlers.onCommand?.(resultOf(error));
    return settled;
  };
  return {
    address,
    open: link.open,
    define: (command, lua) => client.defineCommand(command, { lua }),
    read: (commands) => read(commands, send, link, peer),
    write: (command) => write(command, send, link, peer),
    hear(prefixes) {
      const onDeaf = (error: Error) => handlers.onDeaf?.(readError(error, peer));
      const listener = createChangesListener({ connect: beside, prefixes, onDeaf });
      listeners.push(listener);
      if (run !== null) listener.linkIsReady(run);
      return listener;
    },
    claimWatch: trueOnce(),
    close() {
      isClosed = true;
      for (const listener of listeners) listener.linkIsDown();
      close();
    },
  };
}

function trueOnce(): () => boolean {
  let times = 0;
  return () => times++ === 0;
}

type Send = (commands: readonly RedisCommand[]) => Promise<readonly Replied[]>;

async function read(
  commands: readonly RedisCommand[],
  send: Send,
  link: RedisLink,
  peer: RedisPeer,
): Promise<readonly unknown[]> {
  try {
    await link.ready();
  } catch (error) {
    throw readError(error, peer);
  }
  return (await send(commands)).map(([error, value]) => {
    if (error === null) return value;
    if (/\bWRONGTYPE\b/.test(error.message)) return WRONG_TYPE;
    throw readError(causeOf(error, link.state), peer);
  });
}

async function write(
  command: RedisCommand,
  send: Send,
  link: RedisLink,
  peer: RedisPeer,
): Promise<unknown> {
  try {
    await link.ready();
  } catch (error) {
    throw writeError(error, peer, 'nothing was written');
  }
  const [settled] = await send([command]);
  const [error, value] = settled ?? [new Error('no reply'), undefined];
  if (error === null) return value;
  if (/\bOOM command not allowed/.test(error.message)) return OUT_OF_MEMORY;
  const named = { ...peer, keys: keysOf(command) };
  throw writeError(causeOf(error, link.state), named, 'the outcome is unknown until the next read');
}

/** A script is told how many of them follow; what autodock writes without one has a single key, first. */
function keysOf([, ...args]: RedisCommand): readonly string[] {
  const [first] = args;
  return (typeof first === 'number' ? args.slice(1, 1 + first) : args.slice(0, 1)).map(String);
}

/** A command that went down with its connection says nothing of why; the link knows. */
function causeOf(error: Error, { reason }: LinkState): Error {
  return isCollateral(error) ? reason : error;
}

function resultOf(error: Error | null): 'ok' | 'error' | 'timeout' {
  if (error === null) return 'ok';
  return error.message === 'Command timed out' ? 'timeout' : 'error';
}
