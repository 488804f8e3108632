import type { Beat } from '../model/beat.ts';
import type { Parts } from './parts.ts';

/** Lets status and warnings know who else writes to this Redis, as of each sign of life. */
export function noteHosts({ status, warnings }: Parts): (beat: Beat) => void {
  return (beat) => {
    status.lastBeat = beat;
    if (beat.outcome === 'renewed') status.renewedAt = beat.clock.now;
    warnings.onBeat(beat);
  };
}
