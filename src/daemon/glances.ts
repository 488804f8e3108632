import { monotonic } from '../clock.ts';
import { createGlance, type Glance, type GlanceOptions } from '../http/glance.ts';
import { type FailuresSeen, failuresText } from '../model/failure.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { type HostMarks, marksText } from '../model/marks.ts';
import { claimedFrontends } from '../model/ownership.ts';
import { readFailuresNow } from '../survey/failures.ts';
import { type Names, readNames } from '../survey/names.ts';
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

/** What the containers of other hosts are called that stand behind claimed frontends. */
export function glanceAtNames(parts: Parts): Glance<Names> {
  const { config, wiring, status } = parts;
  const keys = keysWithPrefix(config.redis.keyPrefix);
  return createGlance({
    ...commonTo(parts),
    read: () => {
      const self = status.lastGood?.plan.owner ?? null;
      return readNames(wiring.redis, keys, claimed(parts), self);
    },
    textOf: (names) => JSON.stringify([...(names ?? [])]),
  });
}

function claimedVhosts(parts: Parts): readonly string[] {
  return claimed(parts).map(({ vhost }) => vhost);
}

function claimed({ status: { lastGood } }: Parts): ReturnType<typeof claimedFrontends> {
  return lastGood === null ? [] : claimedFrontends(lastGood.plan.owner, lastGood.after);
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
