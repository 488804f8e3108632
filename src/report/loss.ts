import type { Logger } from 'pino';
import { type Owner, shortId } from '../model/ids.ts';
import { readableClaim } from '../model/readable-claim.ts';
import type { Pass } from '../reconcile.ts';

/**
 * Says that Redis came back without our claims: empty, or from an older copy. Our routes are written anew,
 * but nobody writes anew what was foreign; how many of those entries are gone is all that can be told.
 */
export function createLossWarning(log: Logger): (pass: Pass) => void {
  let last: Pass | null = null;
  return (pass) => {
    const before = last;
    last = pass;
    const { owner } = pass.plan;
    if (before === null || !claimsAnything(before.after, owner)) return;
    if (claimsAnything(pass.opening.frontends, owner)) return;
    if (areOvertaken(before, pass)) return;
    const foreignGone = before.plan.foreign.filter((entry) => !stands(entry, pass)).length;
    log.warn({ foreignGone }, 'Redis has lost our claims; routes are written anew');
  };
}

/** Found at the first one that is claimed, as a rule. */
function claimsAnything(frontends: Pass['after'], owner: Owner): boolean {
  for (const { claims } of frontends.values()) if (claims.has(owner)) return true;
  return false;
}

/** Whether another node of a swarm took out the claims, as it has newer containers than all that were claimed for. */
function areOvertaken(before: Pass, { plan: { owner }, workloads }: Pass): boolean {
  const claims = [...before.after.values()].map((frontend) => readableClaim(frontend, owner));
  const ids = new Set(claims.flatMap((claim) => [...(claim?.backends.values() ?? [])].flat()));
  const overtaken = workloads.filter((one) => one.kind !== 'unreadable' && one.overtaken);
  return ids.size > 0 && overtaken.filter(({ id }) => ids.has(shortId(id))).length === ids.size;
}

/** @param entry `<vhost> <url>` */
function stands(entry: string, { frontends }: Pass): boolean {
  const [vhost = '', ...url] = entry.split(' ');
  const list = frontends.get(vhost)?.list;
  return list?.kind === 'list' && list.entries.includes(url.join(' '));
}
