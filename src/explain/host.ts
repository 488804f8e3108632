import { similar } from '../config/nearest.ts';
import type { ContainerVerdict, Rejection, Route } from '../model/frontend.ts';
import {
  askedVhosts,
  dockerOf,
  type Facts,
  problemsOf,
  type RedisFacts,
  redisOf,
} from './facts.ts';
import { readHost } from './host-name.ts';
import { type FrontendState, stateOf } from './routes.ts';
import { type SlotView, slotsOf } from './slots.ts';

/** What a client gets; 200: whatever the backend answers. */
export interface StatusView {
  /** null: Redis could not be read. */
  readonly code: 200 | 400 | 404 | 502 | 503 | null;
  readonly why: string;
}

/** A container that asks for the host, or for the wildcard that answers. */
export interface AskingView {
  readonly id: string;
  readonly name: string;
  readonly verdict: ContainerVerdict['verdict'];
  readonly routes: readonly Route[];
  readonly rejections: readonly Rejection[];
}

/** What a front does with one host: `autodock explain HOST`. */
export interface HostView {
  readonly kind: 'host';
  readonly host: string;
  readonly status: StatusView;
  /** What is looked up, in order; the first that is not absent answers. */
  readonly lookup: readonly { readonly vhost: string; readonly state: FrontendState }[];
  readonly answeredBy: string | null;
  readonly identifier: string | null;
  readonly slots: readonly SlotView[];
  /** When the dead marks of this host lapse, ms; null: there are none, or they never do. */
  readonly deadExpiresInMs: number | null;
  readonly asked: readonly AskingView[];
  /** Names that may have been meant. */
  readonly similar: readonly string[];
  /** What could not be seen. */
  readonly problems: readonly string[];
}

const SUGGESTIONS = 3;

/** The lookup of a host as the front does it, and who asks for it. */
export function explainHost(facts: Facts, text: string): HostView {
  const reading = readHost(text);
  const order = reading.kind === 'host' ? reading.order : [];
  const redis = redisOf(facts);
  const lookup = redis === null ? [] : order.map((vhost) => lookUp(redis, vhost));
  const answer = lookup.find(({ state }) => state !== 'absent') ?? null;
  const frontend = answer === null ? undefined : redis?.frontends.get(answer.vhost);
  const marks = redis?.marks.get(reading.host);
  const slots =
    redis === null || frontend === undefined ? [] : slotsOf(frontend, marks, redis, facts.self);
  const found = { answer, slots, lapseMs: marks?.expiresInMs ?? null };
  return {
    kind: 'host',
    host: reading.host,
    status: reading.kind === 'bad' ? badHost(reading) : statusOf(redis, found),
    lookup,
    answeredBy: answer?.vhost ?? null,
    identifier: frontend?.list.kind === 'list' ? frontend.list.identifier : null,
    slots,
    deadExpiresInMs: slots.some(({ dead }) => dead) ? found.lapseMs : null,
    asked: askedFor(facts, new Set([reading.host, ...order.filter((v) => v === answer?.vhost)])),
    similar: answer?.vhost === reading.host ? [] : similarHosts(facts, reading.host),
    problems: problemsOf(facts),
  };
}

interface Found {
  readonly answer: HostView['lookup'][number] | null;
  readonly slots: readonly SlotView[];
  readonly lapseMs: number | null;
}

function lookUp({ frontends }: RedisFacts, vhost: string): HostView['lookup'][number] {
  const frontend = frontends.get(vhost);
  return { vhost, state: frontend === undefined ? 'absent' : stateOf(frontend) };
}

function badHost({
  problem,
  remedy,
}: {
  readonly problem: string;
  readonly remedy: string;
}): StatusView {
  return { code: 400, why: `This is no host name: it ${problem}. ${remedy}` };
}

function statusOf(redis: RedisFacts | null, { answer, slots, lapseMs }: Found): StatusView {
  if (redis === null)
    return {
      code: null,
      why: 'Redis could not be read; the front answers from memory for a while.',
    };
  if (answer === null) return { code: 404, why: 'No frontend answers for this host.' };
  const { vhost } = answer;
  switch (answer.state) {
    case 'wrong-type':
      return { code: 502, why: `The key of ${vhost} holds something that is no list.` };
    case 'held':
      return { code: 503, why: `${vhost} is held: it has no backend for the moment.` };
    case 'empty':
      return { code: 503, why: `${vhost} has no backend, and nobody holds it.` };
    case 'too-long':
      return {
        code: 200,
        why: `${vhost} has more backends than autodock reads; one of them answers.`,
      };
    default:
      return backedStatus(vhost, slots, lapseMs);
  }
}

function backedStatus(
  vhost: string,
  slots: readonly SlotView[],
  lapseMs: number | null,
): StatusView {
  const alive = slots.filter(({ dead, usable }) => usable && !dead);
  if (alive.length > 0) {
    const of = alive.length === slots.length ? '' : ` of ${slots.length}`;
    return { code: 200, why: `${vhost} answers from ${alive.length}${of} slots.` };
  }
  if (slots.every(({ usable }) => !usable)) {
    return {
      code: 502,
      why: `No backend of ${vhost} is a URL that the front can connect to (http://ADDRESS:PORT).`,
    };
  }
  const until =
    lapseMs === null ? 'and the marks never lapse' : `for ${Math.ceil(lapseMs / 1_000)} s more`;
  return { code: 502, why: `Every backend of ${vhost} is marked dead, ${until}.` };
}

/** Also who wrote the host with something around it, and was rejected for that. */
function askedFor(facts: Facts, vhosts: ReadonlySet<string>): readonly AskingView[] {
  const [host = ''] = vhosts;
  const isMeant = ({ vhost, reason }: Rejection) =>
    vhost !== null && (vhosts.has(vhost) || (reason === 'bad-vhost' && vhost.includes(host)));
  return (dockerOf(facts)?.verdicts ?? []).flatMap(({ id, name, verdict, ...decided }) => {
    const routes = decided.routes.filter(({ vhost }) => vhosts.has(vhost));
    const rejections = decided.rejections.filter(isMeant);
    return routes.length + rejections.length === 0
      ? []
      : [{ id, name, verdict, routes, rejections }];
  });
}

function similarHosts(facts: Facts, host: string): readonly string[] {
  const docker = dockerOf(facts);
  const asked = docker === null ? [] : [...askedVhosts(docker)];
  const frontends = [...(redisOf(facts)?.frontends.values() ?? [])];
  const written = frontends.filter(({ list }) => list.kind !== 'absent').map(({ vhost }) => vhost);
  return similar(host, [...asked, ...written], SUGGESTIONS);
}
