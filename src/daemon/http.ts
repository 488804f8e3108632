import { fileURLToPath } from 'node:url';
import { monotonic } from '../clock.ts';
import { ConfigError, messageOf } from '../errors.ts';
import { apiRoutes } from '../http/api.ts';
import { pageRoutes } from '../http/page-files.ts';
import { type HttpServer, serveHttp } from '../http/server.ts';
import { createWallClockOf } from '../http/wall-clock.ts';
import { peek } from '../pass/peek.ts';
import { glanceAtFailures, glanceAtMarks, glanceAtNames } from './glances.ts';
import type { Parts } from './parts.ts';
import { rpcMethods } from './rpc.ts';
import { statusView } from './status-view.ts';

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
    view: () => statusView(parts, wallClockOf),
    marks: glanceAtMarks(parts),
    failures: glanceAtFailures(parts),
    names: glanceAtNames(parts),
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
