import type { Rejection, WorkloadVerdict } from '../model/frontend.ts';
import type { Vhost } from '../model/ids.ts';
import { type Ask, type Judgement, verdictWord } from './ask.ts';
import { ENTRIES_PER_VHOST } from './group.ts';

/** The verdict on a container once it is known which lists older containers fill. */
export function verdictWithin(
  { verdict }: Judgement,
  beyondLimit: readonly Ask[] = [],
): WorkloadVerdict {
  if (beyondLimit.length === 0) {
    return verdict;
  }
  const routes = verdict.routes.filter(
    (route) =>
      !beyondLimit.some(
        ({ vhost, backend }) => vhost === route.vhost && backend?.url === route.url,
      ),
  );
  const all = [...beyondLimit.map(({ vhost }) => listIsFull(vhost)), ...verdict.rejections];
  const isUnknown = verdict.verdict === 'unknown';
  return {
    ...verdict,
    verdict: isUnknown ? 'unknown' : verdictWord(routes, all),
    routes,
    rejections: all,
  };
}

function listIsFull(vhost: Vhost): Rejection {
  return {
    reason: 'limit',
    vhost,
    detail: `Older containers fill the ${ENTRIES_PER_VHOST} entries that one vhost may have, weights counted.`,
    remedy: 'Lower the weights, or run fewer containers for one vhost.',
  };
}
