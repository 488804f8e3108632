import { CHANGES_TOLD, changes } from './changes.ts';
import { containers } from './containers.ts';
import { plan } from './plan.ts';
import { PACE, present } from './present.ts';
import { problem } from './problem.ts';
import { routes } from './routes.ts';
import { always, type Described, named, object, type Schema, text } from './schema.ts';
import { status } from './status.ts';

const accepted = object('The request was taken.', { accepted: always(true, 'Always true.') });

/** What `POST /api/v1/reconcile` answers. */
export type AcceptedAnswer = Described<typeof accepted>;

/** What `GET /api/v1/<its name>` answers with, and why there may be no answer now. */
interface Read {
  readonly schema: Schema;
  readonly summary: string;
  readonly unless?: string;
}

const UNREADY = 'No pass is done yet.';
const UNREAD = 'Docker or Redis cannot be read.';
const READS: Readonly<Record<string, Read>> = {
  Status: { schema: status, summary: 'Docker, Redis, event stream, last pass, guard' },
  Routes: { schema: routes, summary: 'Frontends that this controller claims', unless: UNREADY },
  Containers: { schema: containers, summary: 'Verdicts, with remedies', unless: UNREADY },
  Changes: { schema: changes, summary: `The last ${CHANGES_TOLD} changes` },
  Plan: { schema: plan, summary: 'What a pass would change now; writes nothing', unless: UNREAD },
};
const EVENTS =
  'Server-sent events. `present` comes at once and whenever something changes, at most ' +
  `every ${PACE.tickMs} ms; \`alive\` every ${PACE.heartbeatMs / 1_000} s at the latest. ` +
  'Their data are one line of JSON; that of `present` is the schema Present.';
const PROBLEM = { 'application/problem+json': { schema: named('Problem', problem) } };

/** The OpenAPI 3.1 document of the API. */
export function openapi(version: string): object {
  const reads = Object.entries(READS);
  const schemas = Object.fromEntries(reads.map(([name, { schema }]) => [name, schema]));
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
      ...Object.fromEntries(
        reads.map(([name, read]) => [`/api/v1/${name.toLowerCase()}`, { get: get(name, read) }]),
      ),
      '/api/v1/events': { get: events() },
      '/api/v1/reconcile': { post: reconcile() },
    },
    components: {
      schemas: { ...schemas, Accepted: accepted, Present: present, Problem: problem },
      responses: {
        Problem: {
          description: 'A request that cannot be answered: 403, 404, 405, 421, 500, 503.',
          content: PROBLEM,
        },
      },
    },
  };
}

function get(name: string, { schema, summary, unless }: Read): object {
  const responses = { 200: json('The answer.', named(name, schema)), ...failures(unless) };
  return { operationId: `get${name}`, summary, responses };
}

function events(): object {
  const content = { 'text/event-stream': { schema: text('Events.') } };
  const responses = { 200: { description: EVENTS, content }, ...failures('Too many listen.') };
  return { operationId: 'listen', summary: 'The present, and every change of it', responses };
}

function reconcile(): object {
  const summary = 'Asks for a pass; not for web pages of another origin';
  const responses = { 202: json('A pass will run.', named('Accepted', accepted)), ...failures() };
  return { operationId: 'reconcile', summary, responses };
}

function json(description: string, schema: Schema): object {
  return { description, content: { 'application/json': { schema } } };
}

/** @param unless why there may be no answer now */
function failures(unless?: string): object {
  const unavailable =
    unless === undefined ? {} : { 503: { description: unless, content: PROBLEM } };
  return { ...unavailable, default: { $ref: '#/components/responses/Problem' } };
}
