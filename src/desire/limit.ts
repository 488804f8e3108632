import type { WorkloadVerdict } from '../model/frontend.ts';
import { type Judgement, verdictOf } from './ask.ts';
import type { Denial } from './group.ts';

/** The verdict on a container once it is known which of its requests others stand in the way of. */
export function verdictWithin(
  { verdict }: Judgement,
  denied: readonly Denial[] = [],
): WorkloadVerdict {
  if (denied.length === 0) {
    return verdict;
  }
  const routes = verdict.routes.filter(
    (route) =>
      !denied.some(
        ({ ask: { vhost, backend } }) => vhost === route.vhost && backend?.url === route.url,
      ),
  );
  const all = [...denied.map(({ rejection }) => rejection), ...verdict.rejections];
  const isUnknown = verdict.verdict === 'unknown';
  return {
    ...verdict,
    verdict: isUnknown ? 'unknown' : verdictOf(routes, all),
    routes,
    rejections: all,
  };
}
