import { isNearMissLabel } from '../desire/hints.ts';
import { compareText } from '../model/compare.ts';
import type {
  KnownContainer,
  NetworkAddress,
  ObservedContainer,
  PublishedPort,
} from '../model/container.ts';
import type { ContainerVerdict, Rejection } from '../model/frontend.ts';
import { isWritten, type WrittenRoute } from './asking.ts';
import { type ControllerView, controllerOf } from './controller.ts';
import { dockerOf, type Facts, problemsOf } from './facts.ts';
import { RULES, rulesOf } from './rules.ts';

/** A route that a container is to have, and why. */
export interface RouteState extends WrittenRoute {
  /** Why the route leads there. */
  readonly rules: readonly string[];
}

/** What was seen of a container; only what matters for routing, and nothing else of its environment. */
export interface SeenView {
  readonly state: string;
  readonly health: string;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** null: it could not be inspected, and `env` is not known either. */
  readonly exposedPorts: readonly number[] | null;
  readonly published: readonly PublishedPort[];
  readonly networkMode: string;
  readonly networks: readonly NetworkAddress[];
}

/** Everything about one container: `autodock explain CONTAINER`. */
export interface ContainerView {
  readonly kind: 'container';
  readonly id: string;
  readonly name: string;
  readonly verdict: ContainerVerdict['verdict'];
  /** null: it could not be read. */
  readonly seen: SeenView | null;
  readonly routes: readonly RouteState[];
  readonly rejections: readonly (Rejection & { readonly rule: string })[];
  readonly hints: readonly string[];
  readonly controller: ControllerView;
  /** What could not be seen. */
  readonly problems: readonly string[];
}

/** What was seen of one container, the rules that decided, and what to do. */
export function explainContainer(facts: Facts, verdict: ContainerVerdict): ContainerView {
  const docker = dockerOf(facts);
  const container = docker?.containers.find(({ id }) => id === verdict.id);
  return {
    kind: 'container',
    id: verdict.id,
    name: verdict.name,
    verdict: verdict.verdict,
    seen: container === undefined ? null : seenOf(container),
    routes: verdict.routes.map((route) => ({
      ...route,
      written: isWritten(facts, route),
      rules:
        container?.kind === 'known' && docker !== null
          ? rulesOf(container, route, docker.settings)
          : [],
    })),
    rejections: verdict.rejections.map((one) => ({ ...one, rule: RULES[one.reason] })),
    hints: verdict.hints,
    controller: controllerOf(facts),
    problems: problemsOf(facts),
  };
}

function seenOf(container: ObservedContainer): SeenView | null {
  if (container.kind === 'unreadable') return null;
  const { state, health, labels, networkMode, addresses, published } = container;
  const inspected: Pick<KnownContainer, 'env'> & Pick<SeenView, 'exposedPorts'> =
    container.kind === 'known' ? container : { env: new Map(), exposedPorts: null };
  return {
    state,
    health,
    env: Object.fromEntries(inspected.env),
    labels: Object.fromEntries(
      [...labels].filter(([key]) => matters(key)).sort(([a], [b]) => compareText(a, b)),
    ),
    exposedPorts: inspected.exposedPorts,
    published,
    networkMode,
    networks: addresses,
  };
}

function matters(label: string): boolean {
  return label.startsWith('autodock.') || isNearMissLabel(label);
}
