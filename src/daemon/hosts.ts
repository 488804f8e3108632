import type { Beat } from '../model/beat.ts';
import type { EndedPass } from '../reconcile.ts';
import type { Parts } from './parts.ts';

/** Lets status and warnings know who else writes to this Redis, as of each sign of life. */
export function noteHosts({ status, warnings }: Parts): (beat: Beat) => void {
  return (beat) => {
    const { outcome, clock, otherOwners } = beat;
    if (outcome === 'renewed') status.renewedAt = clock.now;
    if (otherOwners === null) return;
    status.hosts = { clock, otherOwners };
    warnings.onHosts(status.hosts);
  };
}

/** Lets whoever scrapes several hosts know which one this is: an address of a container tells nobody. */
export function tellEngine({ wiring, metrics }: Parts): (ended: EndedPass) => void {
  let told = '';
  return ({ pass }) => {
    const session = wiring.sessions.last();
    if (pass === null || session === null) return;
    const labels = { owner: pass.plan.owner, name: session.engine.name };
    if (JSON.stringify(labels) === told) return;
    told = JSON.stringify(labels);
    metrics.engine.reset();
    metrics.engine.set(labels, 1);
  };
}
