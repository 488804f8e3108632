import type { RedisCommand } from '../../clients/redis.ts';
import { WRONG_TYPE } from '../../clients/redis-reply.ts';
import { parseClaim } from '../../model/claim-text.ts';
import { compareText } from '../../model/compare.ts';
import type { Claim, ObservedFrontend } from '../../model/frontend.ts';
import type { Owner } from '../../model/ids.ts';
import type { Keys } from '../../model/keys.ts';
import { checked } from './checked.ts';
import { chunksOf } from './chunks.ts';
import { frontendList, LAST_READ } from './frontend-text.ts';
import { readHash } from './hash.ts';
import type { Sends } from './sends.ts';

const VHOSTS_AT_ONCE = 400;
const OWNERS_AT_ONCE = 500;

/**
 * Reads frontends and claims with plain read commands, so that a Redis user with the right to read and no
 * other gets by with it. A claim is looked for where the index tells it, and everywhere of owners that are not in it.
 *
 * @param self counts as an owner even before its first pass; null: nobody in particular
 * @throws ObserveError if Redis cannot be read
 */
export async function readPlainly(
  redis: Sends,
  keys: Keys,
  self: string | null,
  vhosts: readonly string[],
): Promise<ReadonlyMap<string, ObservedFrontend>> {
  const frontends = new Map<string, ObservedFrontend>();
  if (vhosts.length === 0) return frontends;
  const known = await readKnownOwners(redis, keys, self);
  for (const some of chunksOf(vhosts, VHOSTS_AT_ONCE)) {
    const replies = await redis.read([
      ...some.map((vhost): RedisCommand => ['lrange', keys.frontend(vhost), 0, LAST_READ]),
      ...some.map((vhost): RedisCommand => ['smembers', keys.claimants(vhost)]),
    ]);
    const lists = await namedTypes(redis, keys, some, replies);
    const told = replies.slice(some.length);
    const claims = await readClaims(redis, keys, askedOf(known, some, told));
    const asking = some.filter((_, index) => isAsking(told[index]));
    const options = await readOptions(redis, keys, asking);
    some.forEach((vhost, index) => {
      const list = frontendList(lists[index]);
      const asked = options.get(vhost);
      const also = asked === undefined ? {} : { options: asked };
      frontends.set(vhost, { vhost, list, claims: claims.get(vhost) ?? new Map(), ...also });
    });
  }
  return frontends;
}

interface KnownOwners {
  readonly all: ReadonlySet<string>;
  /** Their claims may stand where the index does not tell them. */
  readonly anywhere: ReadonlySet<string>;
}

/** The twin of unindexed-owners.lua, but for records: whoever passed lately is looked for everywhere. */
async function readKnownOwners(
  redis: Sends,
  keys: Keys,
  self: string | null,
): Promise<KnownOwners> {
  const [scores, index] = await redis.read([
    ['zrange', keys.owners, 0, -1, 'WITHSCORES'],
    ['get', keys.index],
  ]);
  const [since = '', ...unindexed] = String(checked(index, keys) ?? '').split(' ');
  const from = since === '' ? 0 : Number(since);
  const scoreOf = pairsOf([checked(scores, keys)].flat().map(String));
  const later = [...scoreOf].filter(([, score]) => Number(score) >= from).map(([name]) => name);
  const own = self === null ? [] : [self];
  return {
    all: new Set([...scoreOf.keys(), ...own]),
    anywhere: new Set([...unindexed.filter((name) => scoreOf.has(name)), ...later, ...own]),
  };
}

function pairsOf(flat: readonly string[]): ReadonlyMap<string, string> {
  return new Map(chunksOf(flat, 2).map(([name = '', value = '']) => [name, value]));
}

/** Which vhosts each owner is to be asked for. */
function askedOf(
  { all, anywhere }: KnownOwners,
  vhosts: readonly string[],
  members: readonly unknown[],
): ReadonlyMap<string, readonly string[]> {
  const asked = new Map<string, string[]>();
  vhosts.forEach((vhost, index) => {
    const told: unknown = members[index];
    // A key of a wrong type tells nothing.
    const names = Array.isArray(told) ? told.map(String).filter((name) => all.has(name)) : all;
    for (const name of new Set([...names, ...anywhere])) {
      const of = asked.get(name);
      if (of === undefined) asked.set(name, [vhost]);
      else of.push(vhost);
    }
  });
  return asked;
}

/** Whether the members of an index say that somebody asks something of fronts there. */
function isAsking(members: unknown): boolean {
  return Array.isArray(members) && members.some((member) => String(member).endsWith(' options'));
}

async function readOptions(
  redis: Sends,
  keys: Keys,
  vhosts: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<Owner, string>>> {
  const options = new Map<string, ReadonlyMap<Owner, string>>();
  for (const vhost of vhosts) {
    const texts = await readHash(redis, keys.options(vhost));
    options.set(vhost, new Map([...texts].map(([owner, text]) => [owner as Owner, text])));
  }
  return options;
}

type ClaimsByVhost = Map<string, Map<Owner, Claim | 'malformed'>>;

async function readClaims(
  redis: Sends,
  keys: Keys,
  asked: ReadonlyMap<string, readonly string[]>,
): Promise<ClaimsByVhost> {
  const questions = [...asked].sort(([a], [b]) => compareText(a, b));
  const claims: ClaimsByVhost = new Map();
  for (const some of chunksOf(questions, OWNERS_AT_ONCE)) {
    const replies = await redis.read(
      some.map(([owner, vhosts]): RedisCommand => ['hmget', keys.claims(owner), ...vhosts]),
    );
    some.forEach(([owner, vhosts], n) => {
      const texts: unknown = replies[n];
      vhosts.forEach((vhost, index) => {
        // A key of a wrong type holds no claim that could be read.
        const text: unknown = Array.isArray(texts) ? texts[index] : '';
        if (typeof text !== 'string') return;
        const of = claims.get(vhost) ?? new Map<Owner, Claim | 'malformed'>();
        claims.set(vhost, of.set(owner as Owner, parseClaim(text)));
      });
    });
  }
  return claims;
}

/** The lists; for a key of another type, the name of that type. */
async function namedTypes(
  redis: Sends,
  keys: Keys,
  vhosts: readonly string[],
  replies: readonly unknown[],
): Promise<readonly unknown[]> {
  const wrong = vhosts.filter((_, index) => replies[index] === WRONG_TYPE);
  if (wrong.length === 0) return replies;
  const types = await redis.read(wrong.map((vhost) => ['type', keys.frontend(vhost)]));
  return vhosts.map((vhost, index) => {
    const position = wrong.indexOf(vhost);
    return position < 0 ? replies[index] : types[position];
  });
}
