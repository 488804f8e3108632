import { escapeJson } from '../model/json.ts';
import type { PlanReport } from '../one-shot.ts';

const INDENT = 2;

/** A plan as JSON for other programs: the same plan, the same text; maps are objects. */
export function planAsJson({ plan, problems }: PlanReport): string {
  const { owner, epoch, changes, faults, foreign, unknown } = plan;
  const shown = { owner, epoch, changes, faults, foreign, unknown, problems };
  return escapeJson(JSON.stringify(shown, mapAsObject, INDENT));
}

function mapAsObject(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
