import type { RedisConnection } from '../clients/redis.ts';
import { monotonic, pause } from '../clock.ts';
import { ObserveError } from '../errors.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { type RequestsUnderWay, readAnswers, readFronts } from '../observe/frontends/fronts.ts';
import { type DrainedPlace, type DrainTarget, lostDrains, placesOf, readScores } from './drain.ts';

/** What a drain still waits for. */
export type Left =
  /** Its controller has not taken it out of every list yet. */
  | ({ readonly kind: 'routed'; readonly vhosts: readonly string[] } & AtControllers)
  /** Its controller has not begun a pass since: one that is under way may route it yet. */
  | ({ readonly kind: 'unseen' } & AtControllers)
  /** No front has given a sign of life. */
  | { readonly kind: 'no-front' }
  /** Fronts that do not answer. */
  | { readonly kind: 'silent'; readonly fronts: readonly string[] }
  /** Requests that fronts have on their way. */
  | ({ readonly kind: 'under-way'; readonly fronts: number } & RequestsUnderWay)
  /** Redis cannot be asked. */
  | { readonly kind: 'away'; readonly why: string }
  /** These are drained no more, by somebody's word, by a restart of theirs or as Redis lost it: not waited for. */
  | { readonly kind: 'lost'; readonly targets: readonly DrainTarget[] };

/** Whose controllers are waited for. */
interface AtControllers {
  readonly owners: readonly Owner[];
}

/** What is waited for, and for how long. */
export interface DrainWait {
  readonly targets: readonly DrainTarget[];
  /** Where they were routed when they were drained. */
  readonly urls: readonly string[];
  /** See `unseenScores`. From when a pass has raised the score above it, no earlier one can write any more. */
  readonly unseenAt: ReadonlyMap<Owner, number>;
  readonly timeoutMs: number;
  /** Told of what is left, each time that it has changed. */
  readonly onLeft: (left: Left) => void;
}

const ROUND_MS = 25;
const ANSWER_LOOK_MS = 5;
/** Of who ends the drain goes a moment before the name: it is lost if it is after this, too. */
const PAUSE_MS: Partial<Record<Left['kind'], number>> = { away: 250, lost: 1_000 };
/** A front whose Redis is slow, or whose worker is busy. */
const ANSWER_PATIENCE_MS = 1_000;

/**
 * Waits until every front that is alive serves lists without these backends, and has nothing on its way to them. That
 * is proven: once a pass has begun after the drain nothing routes them any more, and a front hears the question behind
 * the change of the list. A Redis that is away is waited for as well.
 *
 * @returns null, or what was left when the time was over
 */
export async function waitUntilDrained(
  redis: RedisConnection,
  keys: Keys,
  { timeoutMs, onLeft, ...drained }: DrainWait,
): Promise<Left | null> {
  const deadline = monotonic() + timeoutMs;
  const look = createLook(redis, keys, drained);
  let told = '';
  let wasLost = false;
  for (;;) {
    const left = await look().catch(asAway);
    if (left === null || monotonic() >= deadline) return left;
    const isLost = left.kind === 'lost';
    if (isLost && wasLost) return left;
    const text = JSON.stringify(left);
    if (text !== told && !isLost) onLeft(left);
    told = text;
    wasLost = isLost;
    await sleep(PAUSE_MS[left.kind] ?? ROUND_MS);
  }
}

/** What was told of it before stands: it was drained, and scores only grow. */
function asAway(error: unknown): Left {
  if (error instanceof ObserveError) return { kind: 'away', why: error.message };
  throw error;
}

function createLook(
  redis: RedisConnection,
  keys: Keys,
  drained: Omit<DrainWait, 'timeoutMs' | 'onLeft'>,
): () => Promise<Left | null> {
  const leftInLists = createListLook(redis, keys, drained);
  const ask = createQuestions(redis, keys);
  return async () => {
    const { left: inLists, urls } = await leftInLists();
    const left = inLists ?? (urls.length === 0 ? null : await ask(urls));
    const lost = await lostDrains(redis, keys, drained.targets);
    return lost.length === 0 ? left : { kind: 'lost', targets: lost };
  };
}

/** Looks whether they are routed, and tells where they ever were; what is over need not be looked at again. */
function createListLook(
  redis: RedisConnection,
  keys: Keys,
  { targets, unseenAt, urls: before }: Pick<DrainWait, 'targets' | 'unseenAt' | 'urls'>,
): () => Promise<{ readonly left: Left | null; readonly urls: readonly string[] }> {
  const urls = new Set(before);
  let unseen: DrainWait['unseenAt'] | null = unseenAt;
  let routed: readonly DrainedPlace[] = [];
  const look = async () => {
    if (unseen === null) {
      routed = await stillRouted(redis, keys, routed);
      return;
    }
    // In this order: after the pass that raised the score no places are added to these.
    const scores = await readScores(redis, keys, [...unseen.keys()]);
    const left = [...unseen].filter(([owner, upTo]) => (scores.get(owner) ?? upTo + 1) <= upTo);
    routed = await placesOf(redis, keys, targets);
    for (const { url } of routed) urls.add(url);
    unseen = left.length === 0 ? null : new Map(left);
  };
  return async () => {
    await look();
    return { left: leftAmong(routed, unseen), urls: [...urls] };
  };
}

/** Asks all fronts what they have on their way there. */
function createQuestions(
  redis: RedisConnection,
  keys: Keys,
): (urls: readonly string[]) => Promise<Left | null> {
  const session = crypto.randomUUID().replaceAll('-', '');
  let question = 0;
  return async (urls) => {
    question += 1;
    await redis.read([['publish', keys.ask, [session, question, ...urls].join(' ')]]);
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

/** Where some are routed yet, who has to look at all is one who routes them, or has not looked since. */
function leftAmong(
  routed: readonly DrainedPlace[],
  unseen: DrainWait['unseenAt'] | null,
): Left | null {
  const late = [...(unseen?.keys() ?? [])];
  if (routed.length === 0) return unseen === null ? null : { kind: 'unseen', owners: late };
  const vhosts = [...new Set(routed.map(({ vhost }) => vhost))];
  const owners = new Set([...routed.map(({ owner }) => owner), ...late]);
  return { kind: 'routed', vhosts, owners: [...owners] };
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
