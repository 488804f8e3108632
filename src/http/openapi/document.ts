import { changes, plan } from './changes.ts';
import { containers, routes } from './routes.ts';
import { count, flag, named, object, type Schema, text } from './schema.ts';
import { status } from './status.ts';

const problem = object('An error (RFC 9457).', {
  type: text('Always `about:blank`: the status says it all.'),
  title: text('What kind of error.'),
  status: count('The HTTP status.'),
  detail: text('What it was this time, and what to do.'),
});

const accepted = object('The request was taken.', { accepted: flag('Always true.') });

const present = object('The data of an event `present`.', {
  status: named('Status'),
  revisions: object('Rise when the answers change; what rose is worth asking for again.', {
    routes: count('Of /api/v1/routes.'),
    containers: count('Of /api/v1/containers.'),
    changes: count('Of /api/v1/changes.'),
  }),
});

const schemas: Readonly<Record<string, Schema>> = {
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
export function openapi(version: string): Schema {
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
          content: { 'application/problem+json': { schema: named('Problem') } },
        },
      },
    },
  };
}

const FAILS = { default: { $ref: '#/components/responses/Problem' } };

function get(operationId: string, summary: string, schema: string, unavailable?: string): Schema {
  return {
    get: {
      operationId,
      summary,
      responses: { 200: answer('The answer.', schema), ...unavailableOf(unavailable), ...FAILS },
    },
  };
}

function events(): Schema {
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

function reconcile(): Schema {
  return {
    operationId: 'reconcile',
    summary: 'Asks for a pass; not for web pages of another origin',
    responses: { 202: answer('A pass will run.', 'Accepted'), ...FAILS },
  };
}

function answer(description: string, schema: string): Schema {
  return { description, content: { 'application/json': { schema: named(schema) } } };
}

function unavailableOf(description: string | undefined): Schema {
  if (description === undefined) return {};
  const content = { 'application/problem+json': { schema: named('Problem') } };
  return { 503: { description, content } };
}
