import { monotonic } from '../clock.ts';
import { createGlance, type Glance, type GlanceOptions } from '../http/glance.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { type HostMarks, marksText } from '../model/marks.ts';
import { claimedFrontends } from '../model/ownership.ts';
import { readMarksUnder } from '../survey/read-redis.ts';
import type { Parts } from './parts.ts';

const MAX_AGE_MS = 1_000;

/** The dead marks of each host that a claimed frontend answers for: proxies set and take them between our passes. */
export function glanceAtMarks(parts: Parts): Glance<ReadonlyMap<string, HostMarks>> {
  const { config, status, wiring } = parts;
  const keys = keysWithPrefix(config.redis.keyPrefix);
  return createGlance({
    ...commonTo(parts),
    read: async () => {
      const { lastGood } = status;
      const claimed =
        lastGood === null ? [] : claimedFrontends(lastGood.plan.owner, lastGood.after);
      const vhosts = claimed.map(({ vhost }) => vhost);
      return readMarksUnder(wiring.redis, keys, vhosts);
    },
    textOf: marksText,
  });
}

function commonTo({
  status,
  log,
}: Parts): Pick<GlanceOptions<unknown>, 'isRedisUp' | 'maxAgeMs' | 'now' | 'log'> {
  return {
    isRedisUp: () => status.conditions.redis.up === true,
    maxAgeMs: MAX_AGE_MS,
    now: monotonic,
    log,
  };
}
