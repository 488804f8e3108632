import type { ContainerVerdict } from '../model/frontend.ts';
import { isWritten, type WrittenRoute } from './asking.ts';
import { type ControllerView, controllerOf } from './controller.ts';
import { dockerOf, type Facts, problemsOf } from './facts.ts';

/** One container among all. */
export interface ContainerLineView extends Omit<ContainerVerdict, 'routes'> {
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
  const docker = dockerOf(facts);
  return {
    controller: controllerOf(facts),
    containers: docker === null ? null : docker.verdicts.map((verdict) => lineOf(facts, verdict)),
    problems: problemsOf(facts),
  };
}

function lineOf(facts: Facts, verdict: ContainerVerdict): ContainerLineView {
  const routes = verdict.routes.map((route) => ({ ...route, written: isWritten(facts, route) }));
  return { ...verdict, vhosts: vhostsOf(verdict), routes };
}

function vhostsOf({ routes, rejections }: ContainerVerdict): readonly string[] {
  return [
    ...new Set([
      ...routes.map(({ vhost }): string => vhost),
      ...rejections.flatMap(({ vhost }) => vhost ?? []),
    ]),
  ];
}
