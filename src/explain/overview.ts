import type { ContainerVerdict } from '../model/frontend.ts';
import { isWritten, type RouteState } from './container.ts';
import { dockerOf, type Facts, problemsOf, redisOf } from './facts.ts';

/** Whether the controller of our routes is at work. */
export interface ControllerView {
  /** Whose routes are ours; null: not known, as no engine tells. */
  readonly owner: string | null;
  /** Since its last pass; null: it never passed, or Redis could not be read. */
  readonly lastPassAgoMs: number | null;
  /** It passed within the last three resync intervals; null: not known. */
  readonly alive: boolean | null;
}

/** One container among all. */
export interface ContainerLineView extends Omit<ContainerVerdict, 'routes'> {
  /** What it asks for, granted or not, each once. */
  readonly vhosts: readonly string[];
  readonly routes: readonly Omit<RouteState, 'rules'>[];
}

/** Every running container with its verdict: `autodock explain`. */
export interface OverviewView {
  readonly controller: ControllerView;
  readonly containers: readonly ContainerLineView[];
  /** What could not be seen. */
  readonly problems: readonly string[];
}

/** An owner that has not passed for this many resync intervals does not count as alive. */
export const ALIVE_RESYNCS = 3;

/** Every container in the order of names, and whether somebody keeps the routes right. */
export function explainAll(facts: Facts): OverviewView {
  const verdicts = dockerOf(facts)?.verdicts ?? [];
  return {
    controller: controllerOf(facts),
    containers: verdicts.map((verdict) => ({
      ...verdict,
      vhosts: vhostsOf(verdict),
      routes: verdict.routes.map((route) => ({ ...route, written: isWritten(facts, route) })),
    })),
    problems: problemsOf(facts),
  };
}

/** When the owner of our routes passed last. */
export function controllerOf(facts: Pick<Facts, 'self' | 'resyncMs' | 'redis'>): ControllerView {
  const { self, resyncMs } = facts;
  const redis = redisOf(facts);
  if (redis === null || self === null) return { owner: self, lastPassAgoMs: null, alive: null };
  const seen = redis.owners.find(({ owner }) => owner === self);
  if (seen === undefined) return { owner: self, lastPassAgoMs: null, alive: false };
  const lastPassAgoMs = Math.max(0, redis.now - seen.lastPassAt);
  return { owner: self, lastPassAgoMs, alive: lastPassAgoMs <= ALIVE_RESYNCS * resyncMs };
}

function vhostsOf({ routes, rejections }: ContainerVerdict): readonly string[] {
  return [
    ...new Set([
      ...routes.map(({ vhost }): string => vhost),
      ...rejections.flatMap(({ vhost }) => vhost ?? []),
    ]),
  ];
}
