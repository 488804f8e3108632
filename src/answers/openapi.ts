import { changes } from './changes.ts';
import { containers } from './containers.ts';
import { plan } from './plan.ts';
import { present } from './present.ts';
import { problem } from './problem.ts';
import { routes } from './routes.ts';
import { always, type Described, named, object, text } from './schema.ts';
import { status } from './status.ts';

const accepted = object('The request was taken.', { accepted: always(true, 'Always true.') });

/** What `POST /api/v1/reconcile` answers. */
export type AcceptedAnswer = Described<typeof accepted>;

const schemas = {
  Accepted: accepted,
  Changes: changes,
  Containers: containers,
  Plan: plan,
  Present: present,
  Problem: problem,
  Routes: routes,
  Status: status,
};

const UNREADY = 'No pass is done yet.';
const EVENTS_NOTE =
  'Server-sent events. `present` comes at once and whenever something changes, at most four times a second; ' +
  '`alive` every 10 s at the latest. Their data are one line of JSON; that of `present` is the schema Present.';

/** The OpenAPI 3.1 document of the API. */
export function openapi(version: string): object {
  return {
    openapi: '3.1.1',
    info: {
      title: 'autodock',
      version,
      summary: "Routes for Docker containers in hipache's Redis keys.",
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths: {
      '/api/v1/status': get('getStatus', 'Docker, Redis, event stream, last pass, guard', 'Status'),
      '/api/v1/routes': get(
        'getRoutes',
        'Frontends that this controller claims',
        'Routes',
        UNREADY,
      ),
      '/api/v1/containers': get('getContainers', 'Verdicts, with remedies', 'Containers', UNREADY),
      '/api/v1/changes': get('getChanges', 'The last 200 changes', 'Changes'),
      '/api/v1/plan': get(
        'getPlan',
        'What a pass would change now; writes nothing',
        'Plan',
        'Docker or Redis cannot be read.',
      ),
      '/api/v1/events': { get: events() },
      '/api/v1/reconcile': { post: reconcile() },
    },
    components: {
      schemas,
      responses: {
        Problem: {
          description: 'A request that cannot be answered: 403, 404, 405, 421, 500, 503.',
          content: { 'application/problem+json': { schema: named('Problem', problem) } },
        },
      },
    },
  };
}

const FAILS = { default: { $ref: '#/components/responses/Problem' } };

function get(
  operationId: string,
  summary: string,
  schema: keyof typeof schemas,
  unavailable?: string,
): object {
  return {
    get: {
      operationId,
      summary,
      responses: { 200: answer('The answer.', schema), ...unavailableOf(unavailable), ...FAILS },
    },
  };
}

function events(): object {
  return {
    operationId: 'listen',
    summary: 'The present, and every change of it',
    responses: {
      200: {
        description: EVENTS_NOTE,
        content: { 'text/event-stream': { schema: text('Events.') } },
      },
      ...unavailableOf('Too many listen already.'),
      ...FAILS,
    },
  };
}

function reconcile(): object {
  return {
    operationId: 'reconcile',
    summary: 'Asks for a pass; not for web pages of another origin',
    responses: { 202: answer('A pass will run.', 'Accepted'), ...FAILS },
  };
}

function answer(description: string, schema: keyof typeof schemas): object {
  return {
    description,
    content: { 'application/json': { schema: named<unknown>(schema, schemas[schema]) } },
  };
}

function unavailableOf(description: string | undefined): object {
  if (description === undefined) return {};
  const content = { 'application/problem+json': { schema: named('Problem', problem) } };
  return { 503: { description, content } };
}
