import { fileURLToPath } from 'node:url';
import { type StatusAnswer, statusView } from '../answers/status.ts';
import { monotonic } from '../clock.ts';
import { ConfigError, messageOf } from '../errors.ts';
import { apiRoutes } from '../http/api.ts';
import { pageRoutes } from '../http/page-files.ts';
import { type HttpServer, serveHttp } from '../http/server.ts';
import { createWallClockOf } from '../http/wall-clock.ts';
import { peek } from '../pass/peek.ts';
import { glanceAtMarks } from './glances.ts';
import type { Parts } from './parts.ts';
import { rpcMethods } from './rpc.ts';

const PAGE_FOLDER = fileURLToPath(new URL('../http/page/', import.meta.url));

/**
 * The controller's HTTP server: metrics, health, API, page and, if it is on, the JSON-RPC.
 *
 * @param stopping cancels what requests ask of Docker
 * @throws ConfigError if the address cannot be listened on
 */
export async function startHttp(parts: Parts, stopping: AbortSignal): Promise<HttpServer> {
  const { config, status, metrics, wiring, trigger, log } = parts;
  const { host, port, names } = config.http;
  const wallClockOf = createWallClockOf(monotonic, Date.now);
  const api = apiRoutes({
    status,
    registry: metrics.registry,
    version: parts.version,
    view: () => viewOf(parts, wallClockOf),
    marks: glanceAtMarks(parts),
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

function viewOf(
  { config, version, wiring, status }: Parts,
  wallClockOf: (monotonic: number) => number,
): StatusAnswer {
  const session = wiring.sessions.last();
  const { lastGood, changes } = status;
  const ready = status.ready();
  const putOff = lastGood?.decision.putOff ?? [];
  const refusingSince = lastGood?.decision.state.refusingSince ?? null;
  return statusView({
    version,
    ready: { ok: ready.ok, reason: ready.ok ? null : ready.reason },
    owner: config.owner ?? lastGood?.plan.owner ?? null,
    engine: session === null ? null : { ...session.engine, apiVersion: session.apiVersion },
    conditions: status.conditions,
    eventsEnabled: config.docker.events,
    redisAddress: wiring.redis.address,
    evictionPolicy: status.evictionPolicy,
    frontPort: frontPort(config.front.addresses),
    lastPass: status.lastPass,
    lastSuccessAt: status.lastSuccessAt,
    passes: status.passes,
    changes: { total: changes.total(), lastAt: changes.list()[0]?.at ?? null },
    guard:
      putOff.length === 0 || refusingSince === null
        ? null
        : { since: iso(wallClockOf(refusingSince)), vhosts: putOff.map(({ vhost }) => vhost) },
    otherOwners: (lastGood?.opening.otherOwners ?? []).map(({ owner, engine, lastPassAt }) => {
      return { owner, engine, lastPassAt: lastPassAt === null ? null : iso(lastPassAt) };
    }),
    off: [...(lastGood?.opening.offs ?? [])].map(([vhost, { since, ...rest }]) => {
      return { vhost, since: since === null ? null : iso(since), ...rest };
    }),
    unknown: lastGood?.plan.unknown ?? [],
    faults: lastGood?.faults ?? [],
  });
}

/** Whoever opens a host goes to the port 80, if the front is there at all. */
function frontPort(addresses: readonly string[]): number | null {
  const ports = addresses.map((address) => Number(address.slice(address.lastIndexOf(':') + 1)));
  return ports.includes(80) ? 80 : (ports[0] ?? null);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
