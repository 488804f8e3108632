import type { KnownContainer } from '../model/container.ts';
import type { Rejection, Route } from '../model/frontend.ts';
import { type ShortId, shortId, type Vhost } from '../model/ids.ts';
import { type Ask, backendOf, type Judgement, verdictWord } from './ask.ts';
import { type BackendContext, chooseBackend, type SettledStack } from './backend.ts';
import { type Grounds, isPassing } from './grounds.ts';
import { hintsOf } from './hints.ts';
import { readHosts } from './hosts.ts';
import { labelRejections } from './label-rejections.ts';
import { type OwnLabels, readLabels } from './labels.ts';
import { passingObstacle, standingObstacle } from './obstacle.ts';
import { choosePort } from './port.ts';
import { type RouteRequest, readRequests } from './requests.ts';
import type { DesireSettings } from './settings.ts';
import { chooseWeight } from './weight.ts';

type Answer =
  | { readonly kind: 'met'; readonly url: Route['url']; readonly weight: number }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/** One container's rejections are shown up to this number, whatever it asks for. */
const REJECTIONS_SHOWN = 200;

/**
 * Decides about one container: every vhost that it asks for becomes a route or a rejection, whatever
 * becomes of the others.
 */
export function judge(
  container: KnownContainer,
  stack: SettledStack,
  settings: DesireSettings,
): Judgement {
  if (container.state === 'other') {
    return silent(container);
  }
  const { id, createdAt } = container;
  const labels = readLabels(container.labels);
  const { requests, hostless } = readRequests(labels, container.env);
  const hosts = readHosts(requests);
  const network = labels.own.get('network')?.value ?? null;
  const context = { container, stack, settings, network };
  const answered = requests.flatMap((request) => {
    const answer = answerTo(request, labels, context);
    return (hosts.byRequest.get(request) ?? []).map((vhost) => ({ vhost, answer }));
  });
  const routes = answered.flatMap(({ vhost, answer }) => routeOf(vhost, answer));
  const rejections = [
    ...answered.flatMap(({ vhost, answer }) => rejectionOf(vhost, answer)),
    ...hosts.rejections,
    ...labelRejections(labels, hostless),
  ];
  const asks = answered.flatMap(({ vhost, answer }) => askOf(shortId(id), vhost, answer));
  const hints = hintsOf(container, labels, hosts);
  return {
    id,
    createdAt,
    primary: hosts.primary,
    asks,
    verdict: {
      id,
      name: container.name,
      verdict: verdictWord(routes, rejections),
      routes,
      rejections: capped(rejections),
      hints,
    },
  };
}

/** A container that neither runs nor is about to asks for nothing. */
function silent({ id, name, createdAt }: KnownContainer): Judgement {
  const verdict = { id, name, verdict: 'silent', routes: [], rejections: [], hints: [] } as const;
  return { id, createdAt, primary: null, asks: [], verdict };
}

/** What cannot pass by itself is told first: nobody should wait for it. */
function answerTo(request: RouteRequest, labels: OwnLabels, context: BackendContext): Answer {
  const { container, settings } = context;
  const standing = standingObstacle(labels);
  if (standing !== null) {
    return { kind: 'rejected', grounds: standing };
  }
  const weight = chooseWeight(request.weight);
  if (weight.kind === 'rejected') {
    return weight;
  }
  const port = choosePort(request, container.exposedPorts);
  if (port.kind === 'rejected') {
    return port;
  }
  // Before the address: while it restarts, a container has none.
  const passing = passingObstacle(container, labels, settings);
  if (passing !== null) {
    return { kind: 'rejected', grounds: passing };
  }
  const backend = chooseBackend(context, port.port);
  return backend.kind === 'rejected'
    ? backend
    : { kind: 'met', url: backend.url, weight: weight.weight };
}

function routeOf(vhost: Vhost, answer: Answer): readonly Route[] {
  return answer.kind === 'met' ? [{ vhost, url: answer.url, weight: answer.weight }] : [];
}

function rejectionOf(vhost: Vhost, answer: Answer): readonly Rejection[] {
  return answer.kind === 'rejected' ? [{ ...answer.grounds, vhost }] : [];
}

function askOf(id: ShortId, vhost: Vhost, answer: Answer): readonly Ask[] {
  if (answer.kind === 'met') {
    return [{ vhost, backend: backendOf(id, answer) }];
  }
  return isPassing(answer.grounds.reason) ? [{ vhost, backend: null }] : [];
}

function capped(rejections: readonly Rejection[]): readonly Rejection[] {
  const hidden = rejections.length - REJECTIONS_SHOWN;
  if (hidden <= 0) {
    return rejections;
  }
  const last: Rejection = {
    reason: 'limit',
    vhost: null,
    detail: `${hidden} more rejections of this container are not shown.`,
    remedy: 'Mend those shown first.',
  };
  return [...rejections.slice(0, REJECTIONS_SHOWN), last];
}
