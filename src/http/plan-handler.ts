import { planView } from '../answers/plan.ts';
import { renderPlan } from '../diff/render.ts';
import { ConfigError, ObserveError } from '../errors.ts';
import type { Plan } from '../model/plan.ts';
import { json, problem, type Reply } from './reply.ts';

/** How a plan is made for whoever asks. */
export interface PlanHandlerOptions {
  /** Waits for every inspection, however long it hangs. */
  readonly compute: () => Promise<Plan>;
  /** Of how many containers the engine has not told, as far as is known. */
  readonly untold: () => number;
  /** Who asks gets an answer within this time, milliseconds. */
  readonly limitMs: number;
}

/** `GET /api/v1/plan`: however many ask at once, Docker and Redis are asked once. */
export function planHandler({
  compute,
  untold,
  limitMs,
}: PlanHandlerOptions): () => Promise<Reply> {
  let underWay: Promise<Reply> | null = null;
  const answer = async () => {
    try {
      const plan = await compute();
      return json(200, planView(plan, renderPlan(plan)));
    } catch (error) {
      if (!(error instanceof ObserveError || error instanceof ConfigError)) throw error;
      return problem(503, 'Cannot look', error.message);
    }
  };
  return async () => {
    underWay ??= answer().finally(() => {
      underWay = null;
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Reply>((resolve) => {
      timer = setTimeout(() => resolve(tooLate(limitMs, untold())), limitMs);
    });
    try {
      return await Promise.race([underWay, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

function tooLate(limitMs: number, untold: number): Reply {
  const containers = untold === 1 ? '1 container' : `${untold} containers`;
  const detail = `No plan within ${limitMs / 1_000} s: the engine has not told of ${containers} when last looked at.`;
  return problem(503, 'Cannot look', detail);
}
