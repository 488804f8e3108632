import { planView } from '../diff/plan-view.ts';
import { ObserveError } from '../errors.ts';
import type { Plan } from '../model/plan.ts';
import { json, problem, type Reply } from './reply.ts';

/** `GET /api/v1/plan`: however many ask at once, Docker and Redis are asked once. */
export function planHandler(compute: () => Promise<Plan>): () => Promise<Reply> {
  let underWay: Promise<Reply> | null = null;
  const answer = async () => {
    try {
      return json(200, planView(await compute()));
    } catch (error) {
      if (!(error instanceof ObserveError)) throw error;
      return problem(503, 'Cannot look', error.message);
    }
  };
  return () => {
    underWay ??= answer().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}
