import { isNearMissLabel } from '../desire/hints.ts';
import { containerFinder, stackOf } from '../desire/network-stack.ts';
import { compareText } from '../model/compare.ts';
import type { KnownContainer, NetworkAddress, PublishedPort } from '../model/container.ts';
import type { Rejection, WorkloadVerdict } from '../model/frontend.ts';
import { type SwarmNode, type SwarmTask, taskOf } from '../model/swarm.ts';
import type { KnownWorkload, Workload } from '../model/workload.ts';
import type { UnreadableWorkload } from '../model/workload-line.ts';
import { isWritten, type WrittenRoute } from './asking.ts';
import { type ControllerView, controllerOf } from './controller.ts';
import { type Facts, problemsOf, runningOf } from './facts.ts';
import { RULES, rulesOf } from './rules.ts';

/** A route that a workload is to have, and why. */
export interface ExplainedRoute extends WrittenRoute {
  /** Why the route leads there. */
  readonly rules: readonly string[];
}

/** What was seen of a workload; only what matters for routing, and nothing else of its environment. */
export interface SeenView {
  readonly state: string;
  readonly health: string;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** null: it could not be inspected, and `env` is not known either. */
  readonly exposedPorts: readonly number[] | null;
  readonly published: readonly PublishedPort[];
  /** null: it is on no network of the engine. */
  readonly networkMode: string | null;
  readonly networks: readonly NetworkAddress[];
  /** Where it is reached if it is on none; else null. */
  readonly address: string | null;
  /** Which task of a swarm it is; null: none. */
  readonly task: (SwarmTask & { readonly nodeAddress: string | null }) | null;
}

/** Everything about one workload: `autodock explain NAME`. */
export interface WorkloadView {
  readonly kind: 'container';
  /** What people call such a thing: `container`. */
  readonly noun: string;
  readonly id: string;
  readonly name: string;
  readonly verdict: WorkloadVerdict['verdict'];
  /** null: it could not be read. */
  readonly seen: SeenView | null;
  readonly routes: readonly ExplainedRoute[];
  readonly rejections: readonly (Rejection & { readonly rule: string })[];
  readonly hints: readonly string[];
  readonly controller: ControllerView;
  /** What could not be seen. */
  readonly problems: readonly string[];
}

/** What was seen of one workload, the rules that decided, and what to do. */
export function explainWorkload(facts: Facts, verdict: WorkloadVerdict): WorkloadView {
  const running = runningOf(facts);
  const workload = running?.workloads.find(({ id }) => id === verdict.id);
  const holder = holderIn(running?.workloads ?? [], workload);
  return {
    kind: 'container',
    noun: verdict.noun,
    id: verdict.id,
    name: verdict.name,
    verdict: verdict.verdict,
    seen: workload === undefined ? null : seenOf(workload, running?.node ?? null),
    routes: verdict.routes.map((route) => ({
      ...route,
      written: isWritten(facts, route),
      rules:
        workload?.kind === 'known' && running !== null
          ? rulesOf(workload, route, { settings: running.settings, holder })
          : [],
    })),
    rejections: verdict.rejections.map((one) => ({ ...one, rule: RULES[one.reason] })),
    hints: verdict.hints,
    controller: controllerOf(facts),
    problems: problemsOf(facts),
  };
}

function holderIn(all: readonly Workload[], workload: Workload | undefined): KnownContainer | null {
  if (workload === undefined || workload.kind === 'unreadable') return null;
  const stack = stackOf(workload, containerFinder(all));
  return stack.kind === 'shared' ? stack.holder : null;
}

function seenOf(workload: Workload, node: SwarmNode | null): SeenView | null {
  if (workload.kind === 'unreadable') return null;
  const { state, health, labels } = workload;
  const inspected: Pick<KnownWorkload, 'env'> & Pick<SeenView, 'exposedPorts'> =
    workload.kind === 'known' ? workload : { env: new Map(), exposedPorts: null };
  return {
    state,
    health,
    env: Object.fromEntries(inspected.env),
    labels: Object.fromEntries(
      [...labels].filter(([key]) => matters(key)).sort(([a], [b]) => compareText(a, b)),
    ),
    exposedPorts: inspected.exposedPorts,
    ...placeOf(workload),
    task: taskIn(labels, node),
  };
}

function taskIn(labels: ReadonlyMap<string, string>, node: SwarmNode | null): SeenView['task'] {
  const task = taskOf(labels);
  if (task === null) return null;
  return { ...task, nodeAddress: node?.id === task.nodeId ? node.address : null };
}

type SeenPlace = Pick<SeenView, 'published' | 'networkMode' | 'networks' | 'address'>;

function placeOf(workload: Exclude<Workload, UnreadableWorkload>): SeenPlace {
  if (workload.reach === 'address') {
    return { published: [], networkMode: null, networks: [], address: workload.address };
  }
  const { published, networkMode, addresses: networks } = workload;
  return { published, networkMode, networks, address: null };
}

function matters(label: string): boolean {
  return label.startsWith('autodock.') || isNearMissLabel(label);
}
