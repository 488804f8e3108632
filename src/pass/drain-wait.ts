import type { RedisConnection } from '../clients/redis.ts';
import { monotonic, pause } from '../clock.ts';
import type { Keys } from '../model/keys.ts';
import { type RequestsUnderWay, readAnswers, readFronts } from '../observe/frontends/fronts.ts';
import type { DrainedPlace } from './drain.ts';

/** What a drain still waits for. */
export type Left =
  /** Its controller has not taken it out of every list yet. */
  | { readonly kind: 'routed'; readonly vhosts: readonly string[] }
  /** No front has given a sign of life. */
  | { readonly kind: 'no-front' }
  /** Fronts that do not answer. */
  | { readonly kind: 'silent'; readonly fronts: readonly string[] }
  /** Requests that fronts have on their way. */
  | ({ readonly kind: 'under-way'; readonly fronts: number } & RequestsUnderWay);

/** What is waited for, and for how long. */
export interface DrainWait {
  readonly places: readonly DrainedPlace[];
  /** Where they were routed, also before. */
  readonly urls: readonly string[];
  readonly timeoutMs: number;
  /** Told of what is left, each time that it has changed. */
  readonly onLeft: (left: Left) => void;
}

const ROUND_MS = 25;
const ANSWER_LOOK_MS = 5;
/** A front whose Redis is slow, or whose worker is busy. */
const ANSWER_PATIENCE_MS = 1_000;

/**
 * Waits until every front that is alive serves lists without these backends, and has nothing on its way to them. That
 * is proven: a front hears the question behind the change of the list.
 *
 * @returns null, or what was left when the time was over
 * @throws ObserveError | ApplyError if Redis failed
 */
export async function waitUntilDrained(
  redis: RedisConnection,
  keys: Keys,
  { places, urls, timeoutMs, onLeft }: DrainWait,
): Promise<Left | null> {
  if (urls.length === 0) return null;
  const deadline = monotonic() + timeoutMs;
  const look = createLook(redis, keys, { places, urls });
  let told = '';
  for (;;) {
    const left = await look();
    if (left === null || monotonic() >= deadline) return left;
    const text = JSON.stringify(left);
    if (text !== told) onLeft(left);
    told = text;
    await sleep(ROUND_MS);
  }
}

/** Looks once; what is over need not be looked at again. */
function createLook(
  redis: RedisConnection,
  keys: Keys,
  { places, urls }: Pick<DrainWait, 'places' | 'urls'>,
): () => Promise<Left | null> {
  const session = crypto.randomUUID().replaceAll('-', '');
  let routed = places;
  let question = 0;
  return async () => {
    routed = await stillRouted(redis, keys, routed);
    if (routed.length > 0) return { kind: 'routed', vhosts: vhostsOf(routed) };
    question += 1;
    await redis.write(['publish', keys.ask, [session, question, ...urls].join(' ')]);
    const fronts = await readFronts(redis, keys);
    if (fronts.length === 0) return { kind: 'no-front' };
    const askedAt = monotonic();
    for (;;) {
      const answers = await readAnswers(redis, keys.answers(session), question, fronts);
      if (answers.size === fronts.length) return sumOf([...answers.values()]);
      if (monotonic() - askedAt > ANSWER_PATIENCE_MS) {
        return { kind: 'silent', fronts: fronts.filter((front) => !answers.has(front)) };
      }
      await sleep(ANSWER_LOOK_MS);
    }
  };
}

async function stillRouted(
  redis: RedisConnection,
  keys: Keys,
  places: readonly DrainedPlace[],
): Promise<readonly DrainedPlace[]> {
  if (places.length === 0) return [];
  const replies = await redis.read(
    places.map(({ owner, vhost }) => ['hmget', keys.claims(owner), vhost]),
  );
  return places.filter(({ id }, index) => String(replies[index]).includes(`"${id}"`));
}

function vhostsOf(places: readonly DrainedPlace[]): readonly string[] {
  return [...new Set(places.map(({ vhost }) => vhost))];
}

function sumOf(answers: readonly RequestsUnderWay[]): Left | null {
  const requests = answers.reduce((sum, one) => sum + one.requests, 0);
  const webSockets = answers.reduce((sum, one) => sum + one.webSockets, 0);
  if (requests + webSockets === 0) return null;
  const fronts = answers.filter((one) => one.requests + one.webSockets > 0).length;
  return { kind: 'under-way', fronts, requests, webSockets };
}

function sleep(ms: number): Promise<void> {
  return pause(ms, new AbortController().signal);
}
