import type { Keys } from '../../model/keys.ts';
import { readClock } from './owners.ts';
import type { Sends } from './sends.ts';

/** A front gives a sign every 5 s; one that has given none for so long is gone, ms. */
const GONE_MS = 30_000;

/** What is on its way from a front to backends. */
export interface RequestsUnderWay {
  readonly requests: number;
  readonly webSockets: number;
}

/**
 * The fronts that are alive.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readFronts(redis: Sends, { fronts }: Keys): Promise<readonly string[]> {
  const { now } = await readClock(redis);
  const [reply] = await redis.read([['zrange', fronts, 0, -1, 'WITHSCORES']]);
  const flat = Array.isArray(reply) ? reply.map(String) : [];
  return flat.filter((_, index) => index % 2 === 0 && now - Number(flat[index + 1]) <= GONE_MS);
}

/**
 * What each of these fronts answered to a question; those that have not yet are missing.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readAnswers(
  redis: Sends,
  key: string,
  question: number,
  fronts: readonly string[],
): Promise<ReadonlyMap<string, RequestsUnderWay>> {
  const [reply] = await redis.read([['hmget', key, ...fronts]]);
  const texts = Array.isArray(reply) ? reply.map(String) : [];
  const answers = new Map<string, RequestsUnderWay>();
  fronts.forEach((front, index) => {
    const [, number, requests, webSockets] = /^(\d+) (\d+) (\d+)$/.exec(texts[index] ?? '') ?? [];
    if (Number(number) !== question) return;
    answers.set(front, { requests: Number(requests), webSockets: Number(webSockets) });
  });
  return answers;
}
