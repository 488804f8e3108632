import { Redis, type RedisOptions } from 'ioredis';
import type { RedisConfig } from '../config/config.ts';
import { readSentinelUrl, type SentinelPlace } from '../config/sentinel-url.ts';
import { readSocketUrl } from '../config/socket-url.ts';
import { messageOf } from '../errors.ts';
import type { LinkState } from './redis-link.ts';
import { pauseMs } from './redis-pause.ts';
import { tlsOptions } from './redis-tls.ts';
import { sentinelConnector } from './sentinel-connector.ts';
import { watchSentinels } from './sentinels.ts';

/** A client that connects again by itself, for ever. */
export interface ReconnectingClient {
  readonly client: Redis;
  /** Another client to where this one is, which is not connected yet and tries once. */
  beside(): Redis;
  /** Drops its connections at once. */
  close(): void;
}

const ONCE = { retryStrategy: () => null, reconnectOnError: () => false } as const;

/**
 * Prepares a client; nothing is sent before it connects. `name` is what CLIENT LIST shows.
 *
 * @throws ConfigError if a file of TLS cannot be read
 */
export function reconnectingClient(
  config: RedisConfig,
  name: string,
  state: LinkState,
): ReconnectingClient {
  const options = optionsOf(config.timeoutMs, name, state);
  const place = readSentinelUrl(config.url);
  if (place !== null) return bySentinels(place, config, options, state);
  const socket = readSocketUrl(config.url);
  const tls = tlsOptions(config);
  const made = (tries: typeof ONCE | null) =>
    socket === null
      ? new Redis(config.url, { ...options, ...tries, ...tls })
      : new Redis(socket.path, {
          ...{ ...options, ...tries },
          username: socket.username,
          password: socket.password,
        });
  const client = made(null);
  return { client, beside: () => made(ONCE), close: () => client.disconnect() };
}

function bySentinels(
  place: SentinelPlace,
  config: RedisConfig,
  options: ReturnType<typeof optionsOf>,
  state: LinkState,
): ReconnectingClient {
  const tls = place.secure ? (tlsOptions(config)?.tls ?? {}) : undefined;
  const sentinels = watchSentinels(place, {
    ...{ tls, timeoutMs: config.timeoutMs },
    onMove: () => {
      state.reason = new Error('the Sentinels name another master');
      client.disconnect(true);
    },
  });
  const common = {
    ...options,
    ...(tls === undefined ? {} : { tls }),
    ...{ db: place.db, username: place.username, password: place.password },
  };
  const client = new Redis({
    ...common,
    Connector: sentinelConnector(sentinels, tls),
    retryStrategy: () => pauseMs(state, sentinels.isNamed(), Math.random()),
    reconnectOnError: (error) =>
      leaves(error, state, /\b(?:READONLY|LOADING|MASTERDOWN|NOREPLICAS)\b/),
  });
  // What Sentinels name meanwhile is the first one's to follow.
  const master = async () => sentinels.given() ?? Promise.reject(new Error('no master is known'));
  const Connector = sentinelConnector({ master }, tls);
  return {
    client,
    beside: () => new Redis({ ...common, ...ONCE, Connector }),
    close() {
      sentinels.close();
      client.disconnect();
    },
  };
}

/**
 * With the client's defaults a write is sent twice when its reply is lost, and a silent peer is never
 * noticed. A script is refused as a whole by READONLY and the like, so dropping the connection is safe.
 */
function optionsOf(timeoutMs: number, name: string, state: LinkState) {
  return {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    commandTimeout: timeoutMs,
    socketTimeout: 2 * timeoutMs,
    connectTimeout: timeoutMs,
    keepAlive: 10_000,
    // The link asks INFO itself: the client's own check prints to the console where INFO is forbidden.
    enableReadyCheck: false,
    enableAutoPipelining: false,
    disableClientInfo: true,
    protocol: 2,
    connectionName: name,
    retryStrategy: () => pauseMs(state, false, Math.random()),
    reconnectOnError: (error) => leaves(error, state, /\b(?:READONLY|LOADING|MASTERDOWN)\b/),
  } satisfies RedisOptions;
}

/** Whether an error says that Redis is to be looked for elsewhere. */
function leaves(error: Error, state: LinkState, words: RegExp): boolean {
  const isElsewhere = words.test(messageOf(error));
  if (isElsewhere) state.reason = error;
  return isElsewhere;
}
