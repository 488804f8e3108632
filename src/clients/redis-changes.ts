import type { Redis } from 'ioredis';
import { messageOf } from '../errors.ts';

/** Whether keys may have changed, as far as Redis tells that by itself. A hint to look, and nothing more. */
export interface KeyChanges {
  /** Whether some of them may have changed since this was asked last; always, while Redis does not tell. */
  take(): boolean;
}

/** What hears of changes, beside the link that it belongs to. */
export interface ChangesListener extends KeyChanges {
  /** @param run of the server at which the link is; empty: it does not say */
  linkIsReady(run: string): void;
  linkIsDown(): void;
}

/** What a listener is made of. */
export interface ListenerOptions {
  /** A client to where the link is, not connected yet, which tries once. */
  readonly connect: () => Redis;
  /** Of the keys; none begins another one. */
  readonly prefixes: readonly string[];
  /** Redis does not tell, and why. */
  readonly onDeaf: (error: Error) => void;
}

const CHANNEL = '__redis__:invalidate';
/** How often a connection shows that it is there, and one that is not is tried again. */
export const CHECK_MS = 10_000;

interface Hearing {
  client: Redis | null;
  isHeard: boolean;
  mayHaveChanged: boolean;
  timer?: NodeJS.Timeout;
}

/**
 * Listens on a connection of its own, which lives no longer than the link. Redis tells of all writes but `SWAPDB`,
 * whoever they are from, and whoever asks need not be told for whom else.
 */
export function createChangesListener(options: ListenerOptions): ChangesListener {
  const hearing: Hearing = { client: null, isHeard: false, mayHaveChanged: true };
  const linkIsDown = (): void => {
    clearInterval(hearing.timer);
    drop(hearing);
  };
  return {
    take() {
      const isDue = !hearing.isHeard || hearing.mayHaveChanged;
      hearing.mayHaveChanged = false;
      return isDue;
    },
    linkIsReady(run) {
      linkIsDown();
      hearing.timer = setInterval(() => void check(hearing, options, run), CHECK_MS);
      void enter(hearing, options, run);
    },
    linkIsDown,
  };
}

function drop(hearing: Hearing): void {
  hearing.client?.disconnect();
  hearing.client = null;
  hearing.isHeard = false;
}

async function check(hearing: Hearing, options: ListenerOptions, run: string): Promise<void> {
  const { client, isHeard } = hearing;
  if (client === null) return enter(hearing, options, run);
  if (isHeard) await client.ping().catch(() => hearing.client === client && drop(hearing));
}

async function enter(hearing: Hearing, options: ListenerOptions, run: string): Promise<void> {
  const client = options.connect();
  hearing.client = client;
  client.on('error', ignored);
  client.on('message', () => {
    hearing.mayHaveChanged = true;
  });
  try {
    await listen(client, options.prefixes, run);
  } catch (error) {
    if (hearing.client !== client) return;
    drop(hearing);
    // Who says no once would say it again.
    if (isRefusal(error)) clearInterval(hearing.timer);
    return options.onDeaf(error instanceof Error ? error : new Error(messageOf(error)));
  }
  if (hearing.client !== client) return;
  client.on('close', () => hearing.client === client && drop(hearing));
  // What changed before is not told.
  hearing.isHeard = true;
  hearing.mayHaveChanged = true;
}

/** A second connection may lead elsewhere, as behind a balancer. */
async function listen(client: Redis, prefixes: readonly string[], run: string): Promise<void> {
  await client.connect();
  const info = await client.info('server').catch((error: unknown) => {
    if (messageOf(error).includes('NOPERM')) return '';
    throw error;
  });
  if (runIn(info) !== run) throw new Error('a second connection leads to another Redis');
  const id = await client.call('CLIENT', 'ID');
  const named = prefixes.flatMap((prefix) => ['PREFIX', prefix]);
  await client.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', String(id), 'BCAST', ...named);
  await client.subscribe(CHANNEL);
}

/** The run of a server that INFO tells; empty: none. */
export function runIn(info: string): string {
  return /^run_id:(\w+)/m.exec(info)?.[1] ?? '';
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

function ignored(): void {
  // `close` follows, and whoever waits for a reply is told.
}
