import type { Drain } from '../model/drain.ts';
import type { Rejection, Route } from '../model/frontend.ts';
import { type ShortId, shortId, type Vhost } from '../model/ids.ts';
import { NO_OPTIONS, type Options } from '../model/options.ts';
import type { KnownWorkload } from '../model/workload.ts';
import { type Ask, backendOf, type Judgement, verdictOf } from './ask.ts';
import { type BackendContext, chooseBackend, lostHolder, type SettledStack } from './backend.ts';
import { type Grounds, isPassing } from './grounds.ts';
import { hintsOf } from './hints.ts';
import { readHosts } from './hosts.ts';
import { commentRejection, labelRejections } from './label-rejections.ts';
import { type OwnLabels, readLabels } from './labels.ts';
import { readOptions, withGrpc } from './options.ts';
import { passingObstacle } from './passing-obstacle.ts';
import { choosePort } from './port.ts';
import { type RouteRequest, readRequests } from './requests.ts';
import { chooseScheme } from './scheme.ts';
import { serviceOf } from './services.ts';
import type { DesireSettings } from './settings.ts';
import { standingObstacle } from './standing-obstacle.ts';
import { versionOf } from './versions.ts';
import { chooseWeight } from './weight.ts';

type Ruling =
  | {
      readonly kind: 'met';
      readonly url: Route['url'];
      readonly weight: number;
      readonly options: Options;
    }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/** One workload's rejections are shown up to this number, whatever it asks for. */
const REJECTIONS_SHOWN = 200;

/**
 * Decides about one workload: every vhost that it asks for becomes a route or a rejection, whatever
 * becomes of the others.
 *
 * @param drain null: nobody drained it
 */
export function judge(
  workload: KnownWorkload,
  stack: SettledStack,
  settings: DesireSettings,
  drain: Drain | null,
): Judgement {
  if (workload.state === 'other') {
    return silent(workload);
  }
  const { id, createdAt } = workload;
  const labels = readLabels(workload.labels);
  const { requests, hostless, commented } = readRequests(labels, workload.env);
  const hosts = readHosts(requests);
  const network = labels.own.get('network')?.value ?? null;
  const { options, rejections: misfits } = readOptions(labels, createdAt);
  const context = { workload, stack, settings, network, drain, options };
  const answered = requests.flatMap((request) => {
    const answer = answerTo(request, labels, context);
    return (hosts.byRequest.get(request) ?? []).map((vhost) => ({ vhost, answer }));
  });
  const routes = answered.flatMap(({ vhost, answer }) => routeOf(vhost, answer));
  const rejections = [
    ...answered.flatMap(({ vhost, answer }) => rejectionOf(vhost, answer)),
    ...hosts.rejections,
    ...labelRejections(labels, hostless),
    ...misfits,
    ...[...commented, ...labels.commented].map(commentRejection),
  ];
  const asks = answered.flatMap(({ vhost, answer }) => askOf(shortId(id), vhost, answer));
  const hints = hintsOf(workload, labels, hosts);
  return {
    id,
    createdAt,
    primary: hosts.primary,
    asks,
    service: serviceOf(workload.labels),
    version: versionOf(workload, settings, labels),
    verdict: {
      id,
      noun: workload.noun,
      name: workload.name,
      verdict: verdictOf(routes, rejections),
      routes,
      rejections: capped(rejections, workload.noun),
      hints,
    },
  };
}

/** A workload that neither runs nor is about to asks for nothing. */
function silent({ id, noun, name, createdAt }: KnownWorkload): Judgement {
  const nothing = { routes: [], rejections: [], hints: [] };
  const verdict = { id, noun, name, verdict: 'silent', ...nothing } as const;
  return { id, createdAt, primary: null, asks: [], service: null, version: null, verdict };
}

/** What decides about each request of a workload alike. */
interface AnswerContext extends BackendContext {
  readonly drain: Drain | null;
  readonly options: Options;
}

/** What cannot pass by itself is told first: nobody should wait for it. */
function answerTo(request: RouteRequest, labels: OwnLabels, context: AnswerContext): Ruling {
  const { workload, stack, settings, drain, options } = context;
  const standing = standingObstacle(workload, labels);
  if (standing !== null) {
    return { kind: 'rejected', grounds: standing };
  }
  const weight = chooseWeight(request.weight);
  if (weight.kind === 'rejected') {
    return weight;
  }
  const scheme = chooseScheme(request.scheme);
  if (scheme.kind === 'rejected') {
    return scheme;
  }
  const { exposedPorts, noun, labels: written } = workload;
  const holder = stack.kind === 'shared' ? stack.holder : null;
  const port = choosePort(request, { exposedPorts, noun, labels: written, holder });
  if (port.kind === 'rejected') {
    return { kind: 'rejected', grounds: withoutPort(port.grounds, context) };
  }
  // Before the address: while it restarts, a workload has none.
  const passing = passingObstacle(workload, labels, settings, drain);
  if (passing !== null) {
    return { kind: 'rejected', grounds: passing };
  }
  const backend = chooseBackend(context, port.port, scheme.scheme);
  return backend.kind === 'rejected'
    ? backend
    : {
        kind: 'met',
        url: backend.url,
        weight: weight.weight,
        options: scheme.isGrpc ? withGrpc(options, workload.createdAt) : options,
      };
}

/** It may be exposed by the one whose network it shares. */
function withoutPort(grounds: Grounds, context: AnswerContext): Grounds {
  return (grounds.reason === 'port-not-exposed' ? lostHolder(context) : null) ?? grounds;
}

function routeOf(vhost: Vhost, answer: Ruling): readonly Route[] {
  return answer.kind === 'met' ? [{ vhost, url: answer.url, weight: answer.weight }] : [];
}

function rejectionOf(vhost: Vhost, answer: Ruling): readonly Rejection[] {
  return answer.kind === 'rejected' ? [{ ...answer.grounds, vhost }] : [];
}

function askOf(id: ShortId, vhost: Vhost, answer: Ruling): readonly Ask[] {
  if (answer.kind === 'met') {
    return [{ vhost, backend: backendOf(id, answer), options: answer.options }];
  }
  return isPassing(answer.grounds.reason) ? [{ vhost, backend: null, options: NO_OPTIONS }] : [];
}

function capped(rejections: readonly Rejection[], noun: string): readonly Rejection[] {
  const hidden = rejections.length - REJECTIONS_SHOWN;
  if (hidden <= 0) {
    return rejections;
  }
  const last: Rejection = {
    reason: 'limit',
    vhost: null,
    detail: `${hidden} more rejections of this ${noun} are not shown.`,
    remedy: 'Mend those shown first.',
  };
  return [...rejections.slice(0, REJECTIONS_SHOWN), last];
}
