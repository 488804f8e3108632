import type { Beat } from '../model/beat.ts';
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
