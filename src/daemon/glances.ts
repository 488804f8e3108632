import { monotonic } from '../clock.ts';
import { createGlance, type Glance, type GlanceOptions } from '../http/glance.ts';
import { type FailuresSeen, failuresText } from '../model/failure.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { type HostMarks, marksText } from '../model/marks.ts';
import { claimedFrontends } from '../model/ownership.ts';
import { readFailuresNow } from '../survey/failures.ts';
import { readMarksUnder } from '../survey/read-redis.ts';
import type { Parts } from './parts.ts';

const MAX_AGE_MS = 1_000;

/** The dead marks of each host that a claimed frontend answers for: proxies set and take them between our passes. */
export function glanceAtMarks(parts: Parts): Glance<ReadonlyMap<string, HostMarks>> {
  const { config, wiring } = parts;
  const keys = keysWithPrefix(config.redis.keyPrefix);
  return createGlance({
    ...commonTo(parts),
    read: () => readMarksUnder(wiring.redis, keys, claimedVhosts(parts)),
    textOf: marksText,
  });
}

/** What fronts noted of the backends of each claimed frontend. */
export function glanceAtFailures(parts: Parts): Glance<FailuresSeen> {
  const { config, wiring } = parts;
  const keys = keysWithPrefix(config.redis.keyPrefix);
  return createGlance({
    ...commonTo(parts),
    read: () => readFailuresNow(wiring.redis, keys, claimedVhosts(parts)),
    textOf: failuresText,
  });
}

function claimedVhosts({ status: { lastGood } }: Parts): readonly string[] {
  if (lastGood === null) return [];
  return claimedFrontends(lastGood.plan.owner, lastGood.after).map(({ vhost }) => vhost);
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
