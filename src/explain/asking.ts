import { isNearMissLabel } from '../desire/hints.ts';
import { serviceOf, sharingHints } from '../desire/services.ts';
import { envNameMeant } from '../model/env-names.ts';
import type { Rejection, Route, WorkloadVerdict } from '../model/frontend.ts';
import type { Workload } from '../model/workload.ts';
import { type Facts, redisOf, runningOf } from './facts.ts';

/** A route that a workload is to have. */
export interface WrittenRoute extends Route {
  /** Whether Redis has it; null: it could not be read. */
  readonly written: boolean | null;
}

/** A workload that asks for the host, or for the wildcard that answers. */
export interface AskingView {
  readonly id: string;
  readonly name: string;
  readonly verdict: WorkloadVerdict['verdict'];
  readonly routes: readonly WrittenRoute[];
  readonly rejections: readonly Rejection[];
}

/**
 * Who asks for one of these vhosts, the first of which is the host itself; also who wrote that with something
 * around it, and was rejected for it.
 */
export function askedFor(facts: Facts, vhosts: ReadonlySet<string>): readonly AskingView[] {
  const [host = ''] = vhosts;
  const isMeant = ({ vhost, reason }: Rejection) =>
    vhost !== null && (vhosts.has(vhost) || (reason === 'bad-vhost' && vhost.includes(host)));
  return (runningOf(facts)?.verdicts ?? []).flatMap(({ id, name, verdict, ...decided }) => {
    const routes = decided.routes
      .filter(({ vhost }) => vhosts.has(vhost))
      .map((route) => ({ ...route, written: isWritten(facts, route) }));
    const rejections = decided.rejections.filter(isMeant);
    return routes.length + rejections.length === 0
      ? []
      : [{ id, name, verdict, routes, rejections }];
  });
}

/** That several services of one Compose project ask for one of these vhosts, a sentence for each project. */
export function sharedBy(facts: Facts, vhosts: ReadonlySet<string>): readonly string[] {
  const running = runningOf(facts);
  const services = new Map(
    (running?.workloads ?? []).map((one) => [
      one.id,
      one.kind === 'unreadable' ? null : serviceOf(one.labels),
    ]),
  );
  const asking = (running?.verdicts ?? []).map(({ id, routes }) => {
    return { service: services.get(id) ?? null, routes };
  });
  const hints = [...vhosts].flatMap((asked) => {
    const members = asking.filter(({ routes }) => routes.some(({ vhost }) => vhost === asked));
    return [...sharingHints(asked, members, false).values()];
  });
  return [...new Set(hints)];
}

/** Whether the backend stands in the frontend's list; null: Redis could not be read. */
export function isWritten(facts: Facts, { vhost, url }: Route): boolean | null {
  const redis = redisOf(facts);
  if (redis === null) return null;
  const list = redis.frontends.get(vhost)?.list;
  return list?.kind === 'list' && list.entries.includes(url);
}

/** Who wrote the host where nobody looks for it, `VIRTUAL_HOST` for example: name and hint, one line each. */
export function nearMissesOf(facts: Facts, host: string): readonly string[] {
  const running = runningOf(facts);
  if (running === null) return [];
  const near = running.workloads.filter((workload) =>
    nearValues(workload).some((value) =>
      value
        .toLowerCase()
        .split(/[\s,]+/)
        .includes(host),
    ),
  );
  const ids = new Set(near.map(({ id }) => id));
  return running.verdicts
    .filter(({ id }) => ids.has(id))
    .flatMap(({ name, hints }) => hints.map((hint) => `${name}: ${hint}`));
}

/** The values of variables and labels that look like ours, but are not. */
function nearValues(workload: Workload): readonly string[] {
  if (workload.kind !== 'known') return [];
  const { env, labels } = workload;
  const isNear = (key: string) => key.startsWith('autodock.') || isNearMissLabel(key);
  return [
    ...[...env].flatMap(([name, value]) => (envNameMeant(name) === null ? [] : [value])),
    ...[...labels].flatMap(([key, value]) => (isNear(key) ? [value] : [])),
  ];
}
