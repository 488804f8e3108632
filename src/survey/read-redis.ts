import type { RedisCommand } from '../clients/redis.ts';
import { WRONG_TYPE } from '../clients/redis-reply.ts';
import { scanKeys } from '../clients/redis-scan.ts';
import type { RedisFacts } from '../explain/facts.ts';
import type { ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { lookupOrder } from '../model/lookup.ts';
import type { HostMarks } from '../model/marks.ts';
import { chunksOf } from '../observe/frontends/chunks.ts';
import { readOffs } from '../observe/frontends/offs.ts';
import { readOwners } from '../observe/frontends/owners.ts';
import { readPlainly } from '../observe/frontends/plain-read.ts';
import type { Sends } from '../observe/frontends/sends.ts';

const HOSTS_AT_ONCE = 400;

/** What is read besides all that is there. */
export interface SurveyOptions {
  /** Counts as an owner even before its first pass; null: not known. */
  readonly self: Owner | null;
  /** Read even where there is no frontend: a claim may be left. */
  readonly alsoVhosts: ReadonlySet<string>;
}

/**
 * Reads everything that routing rests on, with plain read commands alone and in bounded steps.
 *
 * @throws ObserveError if Redis cannot be read in full
 */
export async function surveyRedis(
  redis: Sends,
  keys: Keys,
  { self, alsoVhosts }: SurveyOptions,
): Promise<RedisFacts> {
  const { clock, owners } = await readOwners(redis, keys);
  const vhosts = new Set([...(await scanKeys(redis, keys.frontend(''))), ...alsoVhosts]);
  return {
    now: clock.now,
    owners,
    frontends: await readPlainly(redis, keys, self, [...vhosts]),
    ...(await readAllMarks(redis, keys)),
    offs: await readOffs(redis, keys),
  };
}

/** Every frontend of a Redis, whoever wrote it; see `surveyRedis`. */
export async function readFrontends(
  redis: Sends,
  keys: Keys,
  vhosts: readonly string[],
): Promise<ReadonlyMap<string, ObservedFrontend>> {
  return readPlainly(redis, keys, null, vhosts);
}

/**
 * Whether the list that answers for a host has a backend.
 *
 * @param order the vhosts that are looked up for it, in order
 * @throws ObserveError if Redis cannot be read
 */
export async function isRouted(
  redis: Sends,
  keys: Keys,
  order: readonly string[],
): Promise<boolean> {
  const frontends = await readPlainly(redis, keys, null, order);
  const lists = order.map((vhost) => frontends.get(vhost)?.list ?? { kind: 'absent' as const });
  const answering = lists.find(({ kind }) => kind !== 'absent');
  return answering?.kind === 'list' ? answering.entries.length > 0 : answering?.kind === 'too-long';
}

type FoundMarks = Pick<RedisFacts, 'marks' | 'unusableMarks'>;

async function readAllMarks(redis: Sends, keys: Keys): Promise<FoundMarks> {
  return readMarksOf(redis, keys, await scanKeys(redis, keys.dead('')));
}

/**
 * The dead marks of all that these vhosts answer for: a wildcard's stand under the hosts that were asked for, which
 * only a look at every key finds.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readMarksUnder(
  redis: Sends,
  keys: Keys,
  vhosts: readonly string[],
): Promise<ReadonlyMap<string, HostMarks>> {
  const isExact = vhosts.every((vhost) => !vhost.startsWith('*'));
  if (isExact) return (await readMarksOf(redis, keys, vhosts)).marks;
  const ours = new Set(vhosts);
  const hosts = [...(await scanKeys(redis, keys.dead(''), 'set'))];
  return (await readMarksOf(redis, keys, await answeredBy(ours, hosts, [redis, keys]))).marks;
}

/** The hosts that one of these vhosts answers for, unless somebody has a frontend that is more exact. */
async function answeredBy(
  vhosts: ReadonlySet<string>,
  hosts: readonly string[],
  [redis, keys]: readonly [Sends, Keys],
): Promise<readonly string[]> {
  const asked = hosts.flatMap((host) => {
    const order = lookupOrder(host);
    const answer = order.findIndex((vhost) => vhosts.has(vhost));
    return answer < 0 ? [] : [{ host, before: order.slice(0, answer) }];
  });
  const found: string[] = [];
  for (const some of chunksOf(asked, HOSTS_AT_ONCE)) {
    const commands = some.map(
      ({ before }): RedisCommand => ['exists', ...before.map((vhost) => keys.frontend(vhost))],
    );
    const isAsked = commands.map((command) => command.length > 1);
    const replies = [...(await redis.read(commands.filter((_, index) => isAsked[index])))];
    for (const [index, { host }] of some.entries()) {
      if (isAsked[index] !== true || replies.shift() === 0) found.push(host);
    }
  }
  return found;
}

async function readMarksOf(redis: Sends, keys: Keys, hosts: Iterable<string>): Promise<FoundMarks> {
  const marks = new Map<string, HostMarks>();
  const unusableMarks = new Set<string>();
  for (const some of chunksOf([...hosts], HOSTS_AT_ONCE)) {
    const replies = await redis.read([
      ...some.map((host): RedisCommand => ['smembers', keys.dead(host)]),
      ...some.map((host): RedisCommand => ['pttl', keys.dead(host)]),
    ]);
    some.forEach((host, index) => {
      const found = replies[index];
      if (found === WRONG_TYPE) unusableMarks.add(host);
      // A set that lapsed after the scan marks nothing.
      if (!Array.isArray(found) || found.length === 0) return;
      const expiresInMs = Number(replies[some.length + index]);
      marks.set(host, {
        members: found.map(String),
        expiresInMs: expiresInMs < 0 ? null : expiresInMs,
      });
    });
  }
  return { marks, unusableMarks };
}
