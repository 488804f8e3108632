import type { Registry } from 'prom-client';
import { containersView } from '../answers/containers.ts';
import { type AcceptedAnswer, openapi } from '../answers/openapi.ts';
import { PACE } from '../answers/present.ts';
import { routesView } from '../answers/routes.ts';
import type { StatusAnswer } from '../answers/status.ts';
import { escapeText } from '../model/escape.ts';
import type { FailuresSeen } from '../model/failure.ts';
import { shortId } from '../model/ids.ts';
import type { HostMarks } from '../model/marks.ts';
import type { Plan } from '../model/plan.ts';
import type { Readiness, Status } from '../report/status.ts';
import { createEvents } from './events.ts';
import type { Glance } from './glance.ts';
import { metricsHandler } from './metrics-handler.ts';
import { planHandler } from './plan-handler.ts';
import { createPresent } from './present.ts';
import { json, problem, type Reply, text } from './reply.ts';
import type { Routes } from './server.ts';

/** What the API shows and may do. */
export interface ApiOptions {
  readonly version: string;
  readonly status: Status;
  readonly registry: Registry;
  readonly view: () => StatusAnswer;
  /** Of each requested host. */
  readonly marks: Pick<Glance<ReadonlyMap<string, HostMarks>>, 'current' | 'revision'>;
  /** Of each vhost. */
  readonly failures: Pick<Glance<FailuresSeen>, 'current' | 'revision'>;
  /** Of containers of other hosts, by short id. */
  readonly names: Pick<Glance<ReadonlyMap<string, string>>, 'current' | 'revision'>;
  /** A plan made now; writes nothing. */
  readonly plan: () => Promise<Plan>;
  /** Asks the loop for a pass. */
  readonly reconcile: () => void;
}

const LONGEST_REASON = 2_000;
const PLAN_LIMIT_MS = 15_000;
/** Nothing to pay while nobody listens. */
const EVENTS = { ...PACE, maxClients: 32, maxUnreadBytes: 1_048_576 };

/** All paths but the page's. Nothing here shows a secret, or an environment beyond the names that ask for a route. */
export function apiRoutes(options: ApiOptions): Routes {
  const { status, marks, failures, names } = options;
  const document = json(200, openapi(options.version));
  const events = createEvents({ ...EVENTS, tell: createPresent(options) });
  const fromLastPass = (view: (pass: NonNullable<Status['lastGood']>) => unknown): Reply => {
    if (status.lastGood !== null) return json(200, view(status.lastGood));
    const ready = status.ready();
    return problem(503, 'Not ready', ready.ok ? 'no pass is done yet' : ready.reason);
  };
  const untold = () => status.lastGood?.plan.unknown.length ?? 0;
  const changes = () => ({ total: status.changes.total(), changes: status.changes.list() });
  return {
    '/healthz': { GET: () => verdict(status.healthy()) },
    '/readyz': { GET: () => verdict(status.ready()) },
    '/metrics': { GET: metricsHandler(options.registry) },
    '/api/v1/openapi.json': { GET: () => document },
    '/api/v1/status': { GET: () => json(200, options.view()) },
    '/api/v1/routes': {
      GET: async () => {
        const looks = [marks.current(), failures.current(), names.current()] as const;
        const [found, noted, others] = await Promise.all(looks);
        return fromLastPass(({ plan, after, desired }) => {
          const all = new Map<string, string>(
            desired.verdicts.map(({ id, name }) => [shortId(id), name]),
          );
          for (const [id, name] of others ?? []) all.set(id, name);
          const written = { marks: found, failures: noted, names: all };
          return routesView(plan.owner, after, written);
        });
      },
    },
    '/api/v1/containers': {
      GET: () => fromLastPass(({ desired }) => containersView(desired.verdicts)),
    },
    '/api/v1/changes': { GET: () => json(200, changes()) },
    '/api/v1/plan': { GET: planHandler({ compute: options.plan, untold, limitMs: PLAN_LIMIT_MS }) },
    '/api/v1/events': { GET: () => events.subscribe() },
    '/api/v1/reconcile': {
      POST: () => {
        options.reconcile();
        return json(202, { accepted: true } satisfies AcceptedAnswer);
      },
    },
  };
}

function verdict(readiness: Readiness): Reply {
  return readiness.ok ? text(200, 'ok') : text(503, escapeText(readiness.reason, LONGEST_REASON));
}
