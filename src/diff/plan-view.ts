import type { ListSnapshot, Plan } from '../model/plan.ts';
import { renderPlan } from './render.ts';

/** A plan for other programs, `autodock plan --json` and `GET /api/v1/plan`: plain data, and the text that people see. */
export interface PlanView {
  readonly owner: string;
  readonly changes: readonly ChangeView[];
  readonly faults: Plan['faults'];
  readonly foreign: readonly string[];
  readonly unknown: readonly string[];
  readonly text: string;
}

interface ChangeView {
  readonly kind: string;
  readonly vhost: string;
  /** null: no such frontend. */
  readonly before: ListView | null;
  readonly after: ListView | null;
  /** What this owner will claim: URL to the short ids of containers, once for each copy. */
  readonly claim: Readonly<Record<string, readonly string[]>>;
}

interface ListView {
  readonly identifier: string;
  readonly backends: readonly string[];
}

/** The plan without what only a write needs. */
export function planView(plan: Plan): PlanView {
  const { owner, changes, faults, foreign, unknown } = plan;
  return {
    owner,
    changes: changes.map(({ kind, vhost, before, after, write }) => ({
      kind,
      vhost,
      before: listView(before),
      after: listView(after),
      claim: Object.fromEntries(write.backends.map(({ url, ids }) => [url, ids])),
    })),
    faults,
    foreign,
    unknown,
    text: renderPlan(plan),
  };
}

function listView(list: ListSnapshot): ListView | null {
  return list === null ? null : { identifier: list.identifier, backends: list.entries };
}
