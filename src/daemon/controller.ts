import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { claimedFrontends } from '../answers/routes.ts';
import { type StatusAnswer, statusView } from '../answers/status.ts';
import type { Bus } from '../bus/bus.ts';
import { monotonic } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { ConfigError, messageOf } from '../errors.ts';
import { apiRoutes } from '../http/api.ts';
import { createDeadMarks, type DeadMarks } from '../http/dead-marks.ts';
import { pageRoutes } from '../http/page-files.ts';
import { type HttpServer, serveHttp } from '../http/server.ts';
import { createWallClockOf } from '../http/wall-clock.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { wire } from '../pass/clients.ts';
import { peek } from '../pass/once.ts';
import { readMarksUnder } from '../survey/read-redis.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { EVENT_FILTERS } from '../trigger/docker-event.ts';
import { type Hub, startTriggers } from '../trigger/hub.ts';
import { startPluginBus } from './bus.ts';
import { assemble, type Parts } from './parts.ts';
import { rpcMethods } from './rpc.ts';

/** The daemon. */
export interface Controller {
  /**
   * Resolves once the HTTP server and the plugin bus listen and the loop runs.
   * @throws ConfigError if the address cannot be listened on
   */
  start(): Promise<void>;
  /** Finishes the apply in hand and closes everything; the routes stay. */
  stop(): Promise<void>;
  /** Resolves with the reason when the daemon must end by itself. */
  readonly fatal: Promise<Error>;
}

const PAGE_FOLDER = fileURLToPath(new URL('../http/page/', import.meta.url));
const MARKS_MAX_AGE_MS = 1_000;

/** Composition root of `autodock run`: constructs every part and wires them; sends nothing before `start`. */
export function createController(config: Config, log: Logger, version: string): Controller {
  let hub: Hub | null = null;
  let bus: Bus | null = null;
  const parts = assemble({
    config,
    log,
    version,
    metrics: createMetrics(version),
    wire,
    hub: {
      redisIsReady: () => hub?.redisIsReady(),
      dockerHasFailed: () => hub?.dockerHasFailed(),
      reopenStream: () => hub?.reopenStream(),
    },
    onPassEnd: (ended) => bus?.passEnded(ended),
  });
  let end: (error: Error) => void = () => undefined;
  const fatal = new Promise<Error>((resolve) => {
    end = resolve;
  });
  let server: HttpServer | null = null;
  const stopping = new AbortController();
  let run: Promise<void> = Promise.resolve();
  return {
    fatal,
    async start() {
      server = await listen(parts, stopping.signal);
      bus = await startPluginBus(parts);
      run = parts.loop.run().catch((error: unknown) => end(asError(error)));
      parts.wiring.redis.open();
      hub = startHub(parts, end);
      log.info({ version, port: server.port }, 'Controller started');
    },
    async stop() {
      hub?.stop();
      stopping.abort();
      parts.loop.stop();
      parts.wiring.cancelReads();
      await run;
      await bus?.close();
      parts.wiring.close();
      await server?.close();
      log.info('Controller stopped; routes stay');
    },
  };
}

async function listen(parts: Parts, stopping: AbortSignal): Promise<HttpServer> {
  const { config, status, metrics, wiring, trigger, log } = parts;
  const { host, port, names } = config.http;
  const wallClockOf = createWallClockOf(monotonic, Date.now);
  const api = apiRoutes({
    status,
    registry: metrics.registry,
    version: parts.version,
    view: () => viewOf(parts, wallClockOf),
    marks: deadMarksOf(parts),
    plan: async () => (await peek(wiring, config)).plan,
    reconcile: () => trigger('api'),
  });
  try {
    const page = pageRoutes(PAGE_FOLDER);
    const routes = { ...api, ...page, '/': { ...page['/'], ...rpcMethods(parts, stopping) } };
    return await serveHttp({ host, port, names, routes, log });
  } catch (cause) {
    const message = `HTTP: cannot listen on ${host}:${port} (AUTODOCK_HTTP_HOST, AUTODOCK_HTTP_PORT): ${messageOf(cause)}`;
    throw new ConfigError('config', message, { cause });
  }
}

function deadMarksOf({ config, status, wiring, log }: Parts): DeadMarks {
  const keys = keysWithPrefix(config.redis.keyPrefix);
  return createDeadMarks({
    maxAgeMs: MARKS_MAX_AGE_MS,
    now: monotonic,
    log,
    isRedisUp: () => status.conditions.redis.up === true,
    read: async () => {
      const { lastGood } = status;
      const claimed =
        lastGood === null ? [] : claimedFrontends(lastGood.plan.owner, lastGood.after);
      const vhosts = claimed.map(({ vhost }) => vhost);
      return readMarksUnder(wiring.redis, keys, vhosts);
    },
  });
}

/**
 * Starts all sources of triggers.
 *
 * @param end called with what the daemon cannot go on with
 */
export function startHub(
  { config, wiring, observers, trigger }: Parts,
  end: (error: Error) => void,
): Hub {
  const openEvents = async (signal: AbortSignal) =>
    (await wiring.sessions.renew()).events(EVENT_FILTERS, signal);
  let eventAt: number | null = null;
  return startTriggers({
    openEvents: config.docker.events ? openEvents : null,
    onSignal: (signal) => {
      observers.onStreamSignal(signal);
      if (signal.kind === 'event') {
        if (signal.created !== null) wiring.inspections.foresee(signal.created);
        if (signal.action !== 'create') eventAt ??= monotonic();
      }
      if (signal.kind === 'down' && signal.error instanceof ConfigError) end(signal.error);
    },
    onTrigger: (reason) => {
      trigger(reason, reason === 'event' ? (eventAt ?? monotonic()) : undefined);
      if (reason === 'event') eventAt = null;
    },
    ping: () => wiring.docker.ping(),
    resyncMs: config.resync.intervalMs,
    random: Math.random,
  });
}

function viewOf(
  { config, version, wiring, status }: Parts,
  wallClockOf: (monotonic: number) => number,
): StatusAnswer {
  const session = wiring.sessions.last();
  const { lastGood, changes } = status;
  const ready = status.ready();
  const refusingSince = lastGood?.decision.state.refusingSince ?? null;
  return statusView({
    version,
    ready: { ok: ready.ok, reason: ready.ok ? null : ready.reason },
    owner: config.owner ?? lastGood?.plan.owner ?? null,
    engine: session === null ? null : { ...session.engine, apiVersion: session.apiVersion },
    conditions: status.conditions,
    eventsEnabled: config.docker.events,
    redisAddress: wiring.redis.address,
    lastPass: status.lastPass,
    lastSuccessAt: status.lastSuccessAt,
    passes: status.passes,
    changes: { total: changes.total(), lastAt: changes.list()[0]?.at ?? null },
    putOff: lastGood?.decision.putOff.map(({ vhost }) => vhost) ?? [],
    refusingSince: refusingSince === null ? null : iso(wallClockOf(refusingSince)),
    otherOwners: (lastGood?.opening.otherOwners ?? []).map(({ owner, lastPassAt }) => {
      return { owner, lastPassAt: iso(lastPassAt) };
    }),
    unknown: lastGood?.plan.unknown ?? [],
    faults: lastGood?.faults ?? [],
  });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
