import { similar } from '../config/nearest.ts';
import type { Failure } from '../model/failure.ts';
import { adviseOnHost } from './advice.ts';
import { type AskingView, askedFor, nearMissesOf, sharedBy } from './asking.ts';
import { type ControllerView, controllerOf } from './controller.ts';
import {
  askedVhosts,
  type Facts,
  problemsOf,
  type RedisFacts,
  redisOf,
  runningOf,
} from './facts.ts';
import { readHost } from './host-name.ts';
import { type FoundHost, type StatusView, statusOf } from './host-status.ts';
import { logsIn } from './logs.ts';
import { type OptionView, optionsOf } from './options.ts';
import { type FrontendState, stateOf } from './routes.ts';
import { type SlotView, slotsOf, withNames } from './slots.ts';
import { adviseOnStrays } from './strays.ts';

/** What a front does with one host: `autodock explain HOST`. */
export interface HostView {
  readonly kind: 'host';
  readonly host: string;
  readonly status: StatusView;
  /** What to do; empty where all is well. */
  readonly advice: readonly string[];
  /** What is looked up, in order; the first that is not absent answers. */
  readonly lookup: readonly { readonly vhost: string; readonly state: FrontendState }[];
  readonly answeredBy: string | null;
  readonly identifier: string | null;
  readonly slots: readonly SlotView[];
  /** What labels ask of fronts for the vhost that answers. */
  readonly options: readonly OptionView[];
  /** When the dead marks of this host lapse, ms; null: there are none, or they never do. */
  readonly deadExpiresInMs: number | null;
  /** The `dead:` key of the host holds something that is not a set: no backend is ever skipped. */
  readonly hasUnusableMarks: boolean;
  /** The last requests for it that its backends did not answer, the newest first. */
  readonly failures: readonly Failure[];
  readonly asked: readonly AskingView[];
  /** Who wrote the host where nobody looks for it: name and hint, one line each. */
  readonly nearMisses: readonly string[];
  /** Whether it is known which containers run. */
  readonly isDockerSeen: boolean;
  readonly controller: ControllerView;
  /** Stands before every key in Redis. */
  readonly keyPrefix: string;
  /** Names that may have been meant. */
  readonly similar: readonly string[];
  /** What could not be seen. */
  readonly problems: readonly string[];
}

const SUGGESTIONS = 3;

/**
 * The lookup of a host as the front does it, and who asks for it.
 *
 * @param failures what fronts noted of each vhost, the newest first
 */
export function explainHost(
  facts: Facts,
  text: string,
  failures: ReadonlyMap<string, readonly Failure[]> = new Map(),
): HostView {
  const reading = readHost(text);
  const { host } = reading;
  const order = reading.kind === 'host' ? reading.order : [];
  const redis = redisOf(facts);
  const lookup = redis === null ? [] : order.map((vhost) => lookUp(redis, vhost));
  const found = redis === null ? null : answerOf(facts, redis, { host, lookup, failures });
  const status = statusOf(facts, reading, found);
  const answeredBy = found?.vhost ?? null;
  const vhosts = new Set([host, ...upTo(order, answeredBy)]);
  const seen = {
    asked: askedFor(facts, vhosts),
    nearMisses: nearMissesOf(facts, host),
    hasUnusableMarks: redis?.unusableMarks.has(host) ?? false,
    controller: controllerOf(facts),
    keyPrefix: facts.keyPrefix,
    isDockerSeen: facts.running.kind === 'seen',
  };
  const logsOf = logsIn(runningOf(facts));
  const slots = found?.slots ?? [];
  const list = found?.frontend.list;
  return {
    kind: 'host',
    host,
    status,
    advice: [
      ...adviseOnHost({ ...seen, reading, status, found, logsOf }),
      ...adviseOnStrays(facts, found),
      ...sharedBy(facts, vhosts),
    ],
    lookup,
    answeredBy,
    identifier: list?.kind === 'list' ? list.identifier : null,
    slots,
    options: found === null ? [] : optionsOf(found.frontend),
    deadExpiresInMs: slots.some(({ dead }) => dead) ? (found?.lapseMs ?? null) : null,
    failures: found?.failures ?? [],
    ...seen,
    similar: answeredBy === host ? [] : similarHosts(facts, host, order),
    problems: problemsOf(facts),
  };
}

function lookUp({ frontends }: RedisFacts, vhost: string): HostView['lookup'][number] {
  const frontend = frontends.get(vhost);
  return { vhost, state: frontend === undefined ? 'absent' : stateOf(frontend) };
}

/** All that would answer before what answers now, and that. */
function upTo(order: readonly string[], answeredBy: string | null): readonly string[] {
  return answeredBy === null ? order : order.slice(0, order.indexOf(answeredBy) + 1);
}

/** What was looked up for a host, and what was noted of it. */
interface LookedUp extends Pick<HostView, 'host' | 'lookup'> {
  readonly failures: ReadonlyMap<string, readonly Failure[]>;
}

/** The first frontend that is there, with its slots as marked for this host. */
function answerOf(
  facts: Facts,
  redis: RedisFacts,
  { host, lookup, failures }: LookedUp,
): FoundHost | null {
  const answer = lookup.find(({ state }) => state !== 'absent');
  const frontend = redis.frontends.get(answer?.vhost ?? '');
  if (answer === undefined || frontend === undefined) return null;
  const marks = redis.marks.get(host);
  const slots = withNames(slotsOf(frontend, marks, redis, facts.self), runningOf(facts));
  return {
    ...answer,
    frontend,
    slots,
    lapseMs: marks?.expiresInMs ?? null,
    failures: failures.get(answer.vhost) ?? [],
  };
}

function similarHosts(facts: Facts, host: string, lookedUp: readonly string[]): readonly string[] {
  const running = runningOf(facts);
  const asked = running === null ? [] : [...askedVhosts(running)];
  const frontends = [...(redisOf(facts)?.frontends.values() ?? [])];
  const written = frontends.filter(({ list }) => list.kind !== 'absent').map(({ vhost }) => vhost);
  const others = [...asked, ...written].filter((vhost) => !lookedUp.includes(vhost));
  return similar(host, others, SUGGESTIONS);
}
