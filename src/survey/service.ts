import { isTaskOf, type ServiceFacts } from '../explain/service.ts';
import { millisecondsOrNull, textOrNull } from '../model/json-members.ts';
import type { Keys } from '../model/keys.ts';
import type { RedisClock } from '../model/owner-record.ts';
import { parseRecord } from '../model/record.ts';
import { parseService } from '../model/swarm-service.ts';
import { readHash } from '../observe/frontends/hash.ts';
import { readClock } from '../observe/frontends/owners.ts';
import type { Sends } from '../observe/frontends/sends.ts';
import { readPublished } from './published.ts';

/**
 * What the nodes of a swarm tell of a service in Redis; null: nothing, it is none.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function surveyService(
  redis: Sends,
  keys: Keys,
  name: string,
): Promise<ServiceFacts | null> {
  const records = [...(await readHash(redis, keys.services)).values()].map(parseService);
  const record = records.find((one) => one?.name === name) ?? null;
  const published = await readPublished(redis, keys);
  const tasks = published.filter((one) => isTaskOf(name, one.name));
  if (record === null && tasks.length === 0) return null;
  const [overseer] = await redis.read([['get', keys.overseer]]);
  const isOverseen = isLooking(overseer, await readClock(redis));
  return { name, record, isOverseen, tasks };
}

/** The twin of the election in overseer.lua. */
function isLooking(text: unknown, { now, run }: RedisClock): boolean {
  const record = typeof text === 'string' ? parseRecord(text) : null;
  const [at, leaseMs] = [millisecondsOrNull(record?.at), millisecondsOrNull(record?.leaseMs)];
  const isOfThisRun = textOrNull(record?.redis) === textOrNull(run);
  return isOfThisRun && at !== null && leaseMs !== null && at <= now && now - at <= leaseMs;
}
