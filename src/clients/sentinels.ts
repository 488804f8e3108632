import { Redis, type RedisOptions } from 'ioredis';
import type { HostAndPort, SentinelPlace } from '../config/sentinel-url.ts';
import { messageOf } from '../errors.ts';
import { isCollateral } from './redis-failure.ts';

/** The Sentinels that name a master; see `watchSentinels`. */
export interface Sentinels {
  /**
   * Asks all of them where the master is.
   * @throws Error with what each of them said if none names one
   */
  master(): Promise<HostAndPort>;
  /** Where `master` led last; null: nowhere. */
  given(): HostAndPort | null;
  /** Whether one of them named a master lately. */
  isNamed(): boolean;
  /** Asks no more. */
  close(): void;
}

/** How they are spoken to. */
export interface SentinelOptions {
  readonly tls: RedisOptions['tls'] | undefined;
  readonly timeoutMs: number;
  /** The master is no longer where `master` said last. */
  readonly onMove: () => void;
}

/** What one Sentinel says; the highest epoch is of the last failover. */
interface Master extends HostAndPort {
  readonly epoch: number;
}

/** What is known of one of them. */
interface View extends HostAndPort {
  named: Master | null;
  /** When it said so. */
  at: number;
  /** What the last question, or connection, that failed ended with. */
  problem: string;
}

const LOOK_EVERY_MS = 500;
/** So much longer those are waited for who have not answered when the first one has. */
const GRACE_MS = 250;
/** What a Sentinel said counts for so long. */
const STALE_MS = 5_000;
const CONNECT_AGAIN_MS = 500;

/**
 * Asks Sentinels, again and again from the first question on. Where they differ the highest epoch counts, so that one
 * that has not heard of a failover does not lead back to the old master. (In a planned failover the one that leads
 * names the new master 5 s before it publishes `+switch-master`; the others publish it as soon as they know.)
 */
export function watchSentinels(place: SentinelPlace, options: SentinelOptions): Sentinels {
  const views = place.sentinels.map(newView);
  const clients = views.map((view) => clientOf(view, options));
  const asking = new Set<Redis>();
  let timer: NodeJS.Timeout | undefined;
  let given: HostAndPort | null = null;

  const chosen = (): Master | null => {
    const since = performance.now() - STALE_MS;
    const fresh = views.flatMap(({ named, at }) => (named !== null && at > since ? [named] : []));
    return fresh.reduce<Master | null>((a, b) => (a === null || b.epoch > a.epoch ? b : a), null);
  };
  const look = async (client: Redis, index: number): Promise<void> => {
    const view = views[index];
    if (view === undefined || asking.has(client)) return;
    asking.add(client);
    try {
      view.named = await askEntering(client, place);
      view.at = performance.now();
    } catch (error) {
      if (!isCollateral(error)) view.problem = problemOf(error);
    } finally {
      asking.delete(client);
    }
  };
  const lookAll = (): Promise<void> => settledSoon(clients.map(look), () => chosen() !== null);
  const watch = async (): Promise<void> => {
    await lookAll();
    const now = chosen();
    if (given !== null && now !== null && !isSame(given, now)) {
      given = now;
      options.onMove();
    }
  };
  return {
    async master() {
      timer ??= setInterval(() => void watch(), LOOK_EVERY_MS);
      await lookAll();
      given = chosen();
      if (given !== null) return given;
      const problems = views.map(({ host, port, problem }) => `${host}:${port}: ${problem}`);
      throw new Error(`no Sentinel names a master ${place.name} (${problems.join('; ')})`);
    },
    given: () => given,
    isNamed: () => chosen() !== null,
    close() {
      clearInterval(timer);
      for (const client of clients) client.disconnect();
    },
  };
}

const isSame = (a: HostAndPort, b: HostAndPort): boolean => a.host === b.host && a.port === b.port;

const newView = (at: HostAndPort): View => ({ ...at, named: null, at: 0, problem: 'not asked' });

function clientOf(view: View, { tls, timeoutMs }: SentinelOptions): Redis {
  const { host, port } = view;
  const client = new Redis({
    ...{ host, port, ...(tls === undefined ? {} : { tls }) },
    ...{ lazyConnect: true, connectTimeout: timeoutMs, commandTimeout: timeoutMs },
    ...{ maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false },
    ...{ enableReadyCheck: false, disableClientInfo: true, protocol: 2 },
    retryStrategy: () => CONNECT_AGAIN_MS,
  });
  client.on('error', (error) => {
    view.problem = error.message;
  });
  return client;
}

/** Asks; a Sentinel that wants a password gets that of Redis. */
async function askEntering(client: Redis, place: SentinelPlace): Promise<Master> {
  try {
    return await ask(client, place);
  } catch (error) {
    if (!/\bNOAUTH\b/.test(messageOf(error)) || place.password === '') throw error;
    const secrets = [...(place.username === '' ? [] : [place.username]), place.password];
    await client.call('AUTH', ...secrets);
    return await ask(client, place);
  }
}

/** The epoch first: if a failover comes in between, its master is named with an epoch that is too low, not too high. */
async function ask(client: Redis, { name }: SentinelPlace): Promise<Master> {
  const [fields, address] = await Promise.all([
    client.call('SENTINEL', 'MASTER', name),
    client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name),
  ]);
  const texts = Array.isArray(fields) ? fields.map(String) : [];
  const epoch = Number(texts[texts.indexOf('config-epoch') + 1]);
  const [host, port] = Array.isArray(address) ? address.map(String) : [];
  if (host === undefined || !Number.isSafeInteger(epoch)) throw new Error('not a Sentinel');
  return { host, port: Number(port), epoch };
}

/** What one of them said. A Redis does not know the command. */
function problemOf(error: unknown): string {
  const text = messageOf(error);
  return /unknown command/i.test(text)
    ? 'a Redis and no Sentinel; write redis://, or where the Sentinels are, into AUTODOCK_REDIS_URL'
    : text;
}

/** Until all have ended, or for a moment longer once it is enough. */
async function settledSoon(all: readonly Promise<void>[], isEnough: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    let left = all.length;
    const one = (): void => {
      left -= 1;
      if (left === 0) resolve();
      else if (isEnough()) setTimeout(resolve, GRACE_MS);
    };
    for (const each of all) void each.then(one);
  });
}
