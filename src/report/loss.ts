import type { Logger } from 'pino';
import type { Owner } from '../model/ids.ts';
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
    const foreignGone = before.plan.foreign.filter((entry) => !stands(entry, pass)).length;
    log.warn({ foreignGone }, 'Redis has lost our claims; routes are written anew');
  };
}

/** Found at the first one that is claimed, as a rule. */
function claimsAnything(frontends: Pass['after'], owner: Owner): boolean {
  for (const { claims } of frontends.values()) if (claims.has(owner)) return true;
  return false;
}

/** @param entry `<vhost> <url>` */
function stands(entry: string, { frontends }: Pass): boolean {
  const [vhost = '', ...url] = entry.split(' ');
  const list = frontends.get(vhost)?.list;
  return list?.kind === 'list' && list.entries.includes(url.join(' '));
}
