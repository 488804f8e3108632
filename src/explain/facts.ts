import type { DesireSettings } from '../desire/settings.ts';
import type { Engine } from '../model/container.ts';
import type { ObservedFrontend, WorkloadVerdict } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import type { HostMarks } from '../model/marks.ts';
import type { Offs } from '../model/off.ts';
import type { OwnerSeen } from '../model/owner-record.ts';
import type { SwarmNode } from '../model/swarm.ts';
import type { Workload } from '../model/workload.ts';

/** Everything in Redis that routing rests on, at one moment. */
export interface RedisFacts {
  /** Milliseconds, Redis' clock. */
  readonly now: number;
  readonly owners: readonly OwnerSeen[];
  /** Every frontend, and every vhost that is asked for. */
  readonly frontends: ReadonlyMap<string, ObservedFrontend>;
  /** By requested host. */
  readonly marks: ReadonlyMap<string, HostMarks>;
  /** Requested hosts whose `dead:` key holds no set: nothing can be marked there. */
  readonly unusableMarks: ReadonlySet<string>;
  /** Vhosts that fronts answer for themselves. */
  readonly offs: Offs;
}

/** Everything that runs and may ask for a route, and what is decided about it. */
export interface RunningFacts {
  /** As it is published. */
  readonly engine: Engine;
  /** Which node of a swarm the engine is; null: of none, or it does not tell yet. */
  readonly node: SwarmNode | null;
  readonly workloads: readonly Workload[];
  /** In the order of names. */
  readonly verdicts: readonly WorkloadVerdict[];
  readonly settings: DesireSettings;
}

/** One side, or in one line why it could not be seen. */
export type Side<T> =
  | { readonly kind: 'seen'; readonly facts: T }
  | { readonly kind: 'failed'; readonly problem: string };

/** What is known of both sides. Each is looked at on its own: one that fails hides nothing of the other. */
export interface Facts {
  /** Whose routes are ours; null if the engine that could tell does not answer. */
  readonly self: Owner | null;
  /** For how long a pass counts of an owner that publishes no lease. */
  readonly patienceMs: number;
  /** Stands before every key in Redis. */
  readonly keyPrefix: string;
  readonly running: Side<RunningFacts>;
  readonly redis: Side<RedisFacts>;
}

/** What was seen of Redis; null: nothing. */
export function redisOf({ redis }: Pick<Facts, 'redis'>): RedisFacts | null {
  return redis.kind === 'seen' ? redis.facts : null;
}

/** What was seen of what runs; null: nothing. */
export function runningOf({ running }: Pick<Facts, 'running'>): RunningFacts | null {
  return running.kind === 'seen' ? running.facts : null;
}

/** What could not be seen, one line each. */
export function problemsOf({ running, redis }: Facts): readonly string[] {
  return [running, redis].flatMap((side) => (side.kind === 'failed' ? [side.problem] : []));
}

/** Every vhost that something that runs asks for, granted or not. */
export function askedVhosts({ verdicts }: RunningFacts): ReadonlySet<string> {
  return new Set(
    verdicts.flatMap(({ routes, rejections }) => [
      ...routes.map(({ vhost }): string => vhost),
      ...rejections.flatMap(({ vhost, reason }) =>
        vhost === null || reason === 'bad-vhost' ? [] : [vhost],
      ),
    ]),
  );
}
