import type { Redis } from 'ioredis';

/** All that stands in Redis at one moment. */
export interface Sample {
  /** Just before it was asked for and just after it came: `performance.now()`. */
  readonly from: number;
  readonly to: number;
  /** Vhost to identifier and URLs. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Owner to vhost to the claim: URL to ids. */
  readonly claims: ReadonlyMap<string, ReadonlyMap<string, Claimed>>;
  /** Owner to the score of its last pass. */
  readonly scores: ReadonlyMap<string, number>;
  /** Vhost to what is marked dead there. */
  readonly marks: ReadonlyMap<string, Marks>;
}

/** URL to the ids that it stands for, or `held` to a time. */
export type Claimed = Readonly<Record<string, readonly string[] | number>>;

export interface Marks {
  readonly slots: readonly string[];
  /** Milliseconds; -1: none. */
  readonly ttlMs: number;
}

/** One script, so that it is one moment. The server is the soak's own, so that it may ask for all keys. */
const LOOK = `
local lists, claims, marks = {}, {}, {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  if string.find(key, '^frontend:') then
    lists[#lists + 1] = { string.sub(key, 10), redis.call('LRANGE', key, 0, -1) }
  elseif string.find(key, '^autodock:owner:') then
    claims[#claims + 1] = { string.sub(key, 16), redis.call('HGETALL', key) }
  elseif string.find(key, '^dead:') then
    marks[#marks + 1] = { string.sub(key, 6), redis.call('SMEMBERS', key), redis.call('PTTL', key) }
  end
end
return { lists, claims, redis.call('ZRANGE', 'autodock:owners', 0, -1, 'WITHSCORES'), marks }`;

type Reply = readonly [
  lists: readonly (readonly [string, readonly string[]])[],
  claims: readonly (readonly [string, readonly string[]])[],
  scores: readonly string[],
  marks: readonly (readonly [string, readonly string[], number])[],
];

/** Looks at everything at one moment. */
export async function takeSample(redis: Redis): Promise<Sample> {
  const from = performance.now();
  const [lists, claims, scores, marks] = (await redis.eval(LOOK, 0)) as Reply;
  return {
    from,
    to: performance.now(),
    lists: new Map(lists),
    claims: new Map(claims.map(([owner, flat]) => [owner, parseClaims(flat)])),
    scores: new Map([...pairs(scores)].map(([owner, score]) => [owner, Number(score)])),
    marks: new Map(marks.map(([vhost, slots, ttlMs]) => [vhost, { slots, ttlMs }])),
  };
}

function parseClaims(flat: readonly string[]): ReadonlyMap<string, Claimed> {
  return new Map([...pairs(flat)].map(([vhost, text]) => [vhost, JSON.parse(text) as Claimed]));
}

/** Whether a claim says that a URL stands for a container. */
export function claimsFor(claim: Claimed | undefined, url: string, shortId: string): boolean {
  const ids = claim?.[url];
  return typeof ids === 'object' && ids.includes(shortId);
}

function pairs(flat: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) found.set(flat[i] ?? '', flat[i + 1] ?? '');
  return found;
}
