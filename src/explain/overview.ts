import type { WorkloadVerdict } from '../model/frontend.ts';
import { isWritten, type WrittenRoute } from './asking.ts';
import { type ControllerView, controllerOf } from './controller.ts';
import { type Facts, problemsOf, runningOf } from './facts.ts';

/** One container among all. */
export interface ContainerLineView extends Omit<WorkloadVerdict, 'routes'> {
  /** What it asks for, granted or not, each once. */
  readonly vhosts: readonly string[];
  readonly routes: readonly WrittenRoute[];
}

/** Every running container with its verdict: `autodock explain`. */
export interface OverviewView {
  readonly controller: ControllerView;
  /** null: Docker could not be read. */
  readonly containers: readonly ContainerLineView[] | null;
  /** What could not be seen. */
  readonly problems: readonly string[];
}

/** Every container in the order of names, and whether somebody keeps the routes right. */
export function explainAll(facts: Facts): OverviewView {
  const running = runningOf(facts);
  return {
    controller: controllerOf(facts),
    containers: running === null ? null : running.verdicts.map((verdict) => lineOf(facts, verdict)),
    problems: problemsOf(facts),
  };
}

function lineOf(facts: Facts, verdict: WorkloadVerdict): ContainerLineView {
  const routes = verdict.routes.map((route) => ({ ...route, written: isWritten(facts, route) }));
  return { ...verdict, vhosts: vhostsOf(verdict), routes };
}

function vhostsOf({ routes, rejections }: WorkloadVerdict): readonly string[] {
  return [
    ...new Set([
      ...routes.map(({ vhost }): string => vhost),
      ...rejections.flatMap(({ vhost }) => vhost ?? []),
    ]),
  ];
}
