import { Registry, type RegistryContentType } from 'prom-client';
import { planView } from '../diff/plan-view.ts';
import { ObserveError } from '../errors.ts';
import { escapeText } from '../model/escape.ts';
import type { Plan } from '../model/plan.ts';
import type { Readiness, Status } from '../status.ts';
import { json, problem, type Reply, text } from './reply.ts';
import type { Routes } from './server.ts';
import type { statusView } from './status-view.ts';
import { routesView } from './views.ts';

/** What the API shows and may do. */
export interface ApiOptions {
  readonly status: Status;
  readonly registry: Registry;
  readonly view: () => ReturnType<typeof statusView>;
  /** A plan made now; writes nothing. */
  readonly plan: () => Promise<Plan>;
  /** Asks the loop for a pass. */
  readonly reconcile: () => void;
}

const LONGEST_REASON = 2_000;
const INDEX = `autodock: routes for Docker containers in hipache's Redis keys.
GET /api/v1/status, /api/v1/routes, /api/v1/containers, /api/v1/plan; POST /api/v1/reconcile
GET /metrics, /healthz, /readyz`;

/** All paths of the server. Nothing here shows a secret, or an environment beyond the names that ask for a route. */
export function apiRoutes(options: ApiOptions): Routes {
  const { status } = options;
  const fromLastPass = (view: (pass: NonNullable<Status['lastGood']>) => unknown): Reply => {
    if (status.lastGood !== null) return json(200, view(status.lastGood));
    const ready = status.ready();
    return problem(503, 'Not ready', ready.ok ? 'no pass is done yet' : ready.reason);
  };
  return {
    '/': { GET: () => text(200, INDEX) },
    '/healthz': { GET: () => verdict(status.healthy()) },
    '/readyz': { GET: () => verdict(status.ready()) },
    '/metrics': { GET: metricsHandler(options.registry) },
    '/api/v1/status': { GET: () => json(200, options.view()) },
    '/api/v1/routes': { GET: () => fromLastPass(routesView) },
    '/api/v1/containers': {
      GET: () => fromLastPass(({ desired }) => ({ containers: desired.verdicts })),
    },
    '/api/v1/plan': { GET: planHandler(options.plan) },
    '/api/v1/reconcile': {
      POST: () => {
        options.reconcile();
        return json(202, { accepted: true });
      },
    },
  };
}

/** However many ask at once, Docker and Redis are asked once. */
function planHandler(compute: ApiOptions['plan']): () => Promise<Reply> {
  let underWay: Promise<Reply> | null = null;
  const answer = async () => {
    try {
      return json(200, planView(await compute()));
    } catch (error) {
      if (!(error instanceof ObserveError)) throw error;
      return problem(503, 'Cannot look', error.message);
    }
  };
  return () => {
    underWay ??= answer().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

function verdict(readiness: Readiness): Reply {
  return readiness.ok ? text(200, 'ok') : text(503, escapeText(readiness.reason, LONGEST_REASON));
}

/** The registry knows one format at a time, so that answers in the other one wait for their turn. */
function metricsHandler(registry: Registry): (request: { accept: string }) => Promise<Reply> {
  let turn: Promise<unknown> = Promise.resolve();
  return ({ accept }) => {
    const answer = async (): Promise<Reply> => {
      const isOpenMetrics = accept.includes('application/openmetrics-text');
      // prom-client types a registry by its format, though it can change it.
      (registry as Registry<RegistryContentType>).setContentType(
        isOpenMetrics ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE,
      );
      const body = await registry.metrics();
      return { status: 200, type: registry.contentType, body };
    };
    const mine = turn.then(answer);
    turn = mine.catch(() => undefined);
    return mine;
  };
}
