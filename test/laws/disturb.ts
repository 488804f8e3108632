import type { RedisCommand } from '../../src/clients/redis.ts';
import { backendUrl } from '../../src/model/backend-url.ts';
import { compareText } from '../../src/model/compare.ts';
import type { DesiredBackend } from '../../src/model/frontend.ts';
import type { Owner, ShortId } from '../../src/model/ids.ts';
import type { FrontendEdit, FrontendWrite } from '../../src/model/plan.ts';
import type { Random } from './random.ts';

export const OWNERS = ['alpha', 'beta', 'gamma'] as unknown as readonly [Owner, Owner, Owner];

export const VHOSTS = ['*', '*.b.c', '*.c', 'a.b.c', 'b.c', 'other.local', 'x.a.b.c'];
const HOSTS = [...VHOSTS, 'q.c', 'r.b.c', 'p.q.r.s.t.b.c', 'Q.C'];
const WANTED = [1, 2, 3, 4].map((n) => backendUrl(`10.0.0.${n}`, n < 4 ? 80 : 8080));
const URLS = [
  ...WANTED,
  ...['http://10.0.0.1', 'http://10.0.0.1/', 'http://10.0.0.1:80/', 'http://10.0.0.2/'],
  ...['http://10.0.0.4:8080/', 'http://foreign:1', 'odd "text"\n\u001b[31m', 'held'],
];
const MEMBERS = ['0', '1', '2', '3', '4', '5', '07', '99', '-1', '-0', 'nan', '-inf', 'x', ''];
const IDS = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc'] as unknown as readonly ShortId[];
/** Long past, a moment ago, and ahead of the clock: so that it is known whether a hold is over when the script runs. */
const HELD = ['{"held":1}', `{"held":${Date.now() - 1_000}}`, '{"held":8000000000000000}'];
const MALFORMED = [
  ...['', 'null', '5', '["a"]', '{"http://10.0.0.1:80":"a"}', '{"http://10.0.0.1:80":[1]}'],
  ...['{"lapsed":["u a"],"http://10.0.0.1:80":["a"]}', '{"held":1,"lapsed":["u a"]}'],
  ...['{"held":"now"}', '{"held":1,"http://10.0.0.1:80":["a"]}', '{"held":-1}', '{"a":{"b":"c"}}'],
];
/** What may be asked of fronts; nothing at all. */
const ASKED = ['', '', '{"timeout":1000}', '{"scheme":"grpc"}'];
/** What others took out while the owner was lapsed. */
const LAPSED = [
  '{"lapsed":["http://10.0.0.1:80 aaaaaaaaaaaa"]}',
  '{"lapsed":["http://10.0.0.1:80 a","http://10.0.0.2:80 b","odd"]}',
];
const EMPTY = ['{}', '[]', '{"http://10.0.0.1:80":[]}'];

/** What other writers do to a Redis between two applies: foreigners, marking proxies, people, other owners. */
export function disturb(random: Random): readonly RedisCommand[] {
  const times = random.int(5);
  return Array.from({ length: times }, () => {
    const kind = random.int(100);
    if (kind < 50) return disturbList(random);
    if (kind < 72) return disturbMarks(random);
    if (kind < 97) return disturbClaims(random);
    return disturbScores(random);
  }).flat();
}

/** Of every pass that the laws look at: what the score alone tells is what they vary. */
export const NONCE = 'law';

/**
 * An empty Redis that every owner has passed, some by a version that keeps no index: what went wrong for good does not
 * crowd out the rest.
 */
export function afresh(random: Random): readonly RedisCommand[] {
  const marked = new Set(OWNERS.filter(() => random.percent(60)));
  const records = OWNERS.flatMap((owner): readonly RedisCommand[] => {
    const record = { nonce: NONCE, ...(marked.has(owner) ? { index: 1 } : {}) };
    return [
      ['zadd', 'autodock:owners', 1_700_000_000_000, owner],
      ['set', `autodock:engine:${owner}`, JSON.stringify(record)],
    ];
  });
  // Nobody's clock yet, one that all have passed since, one that some have, and one that was set back.
  const since = random.pick([null, 1_600_000_000_000, 1_700_500_000_000, 8_000_000_000_000]);
  const unindexed = OWNERS.filter((owner) => !marked.has(owner)).join(' ');
  const index: readonly RedisCommand[] =
    since === null ? [] : [['set', 'autodock:index', `${since} ${unindexed}`]];
  return [['flushall'], ...records, ...index];
}

/** What a pass of this moment wants: 1 to 4 vhosts, sorted. */
export function randomWrites(random: Random): readonly FrontendWrite[] {
  const vhosts = new Set(Array.from({ length: 1 + random.int(4) }, () => random.pick(VHOSTS)));
  return [...vhosts].sort(compareText).map((vhost) => {
    const backends = random.percent(70) ? random.some(WANTED, 3).map(backendOf(random)) : [];
    const asked = backends.length === 0 && random.percent(35);
    const write = { vhost, identifier: random.pick(['app', 'other']), backends, asked };
    return random.percent(20) ? write : { ...write, options: random.pick(ASKED) };
  });
}

/** What a person may want of one vhost. */
export function randomEdit(random: Random): FrontendEdit {
  const target = { vhost: random.pick(VHOSTS), identifier: random.pick(['app', 'other']) };
  const kind = random.int(100);
  if (kind < 50) return { ...target, kind: 'add', url: random.pick(WANTED) };
  const force = random.percent(30);
  if (kind < 80) return { ...target, kind: 'remove', texts: random.some(URLS, 3), force };
  return { ...target, kind: 'clear', force };
}

function backendOf(random: Random): (url: (typeof WANTED)[number]) => DesiredBackend {
  return (url) => ({ url, ids: idsOf(random) });
}

function idsOf(random: Random): readonly ShortId[] {
  const weight = random.percent(70) ? 1 : 1 + random.int(4);
  return Array<ShortId>(weight).fill(random.pick(IDS));
}

function disturbList(random: Random): readonly RedisCommand[] {
  const key = `frontend:${random.pick(VHOSTS)}`;
  const url = random.pick(URLS);
  const kind = random.int(100);
  if (kind < 1) return [['set', key, 'a string']];
  if (kind < 12) return [['del', key]];
  if (kind < 30) {
    return [
      ['del', key],
      ['rpush', key, 'id', ...random.some(URLS, 6), url],
    ];
  }
  if (kind < 55) return [['rpush', key, url]];
  if (kind < 65) return [['linsert', key, 'BEFORE', random.pick(URLS), url]];
  if (kind < 80) return [['lset', key, 1 + random.int(4), url]];
  return [['lrem', key, random.int(3) - 1, url]];
}

function disturbMarks(random: Random): readonly RedisCommand[] {
  const key = `dead:${random.pick(HOSTS)}`;
  const kind = random.int(100);
  if (kind < 3) return [['set', key, 'a string']];
  if (kind < 10) return [['del', key]];
  const expiry: readonly RedisCommand[] = random.percent(80)
    ? [['pexpireat', key, 4_000_000_000_000 + random.int(1_000_000)]]
    : [];
  return [['sadd', key, random.pick(MEMBERS)], ['sadd', key, random.int(5)], ...expiry];
}

function disturbClaims(random: Random): readonly RedisCommand[] {
  const key = `autodock:owner:${random.pick(OWNERS)}`;
  const vhost = random.pick(VHOSTS);
  if (random.percent(40)) return disturbIndex(random, vhost);
  const kind = random.int(1_000);
  if (kind < 1) return [['set', key, 'a string']];
  if (kind < 25) return [['del', key]];
  if (kind < 300) return [['hdel', key, vhost]];
  if (kind < 310) return [['hset', key, vhost, random.pick(MALFORMED)]];
  if (kind < 350) return [['hset', key, vhost, random.pick(EMPTY)]];
  if (kind < 380) return [['hset', key, vhost, random.pick(LAPSED)]];
  if (kind < 500) return [['hset', key, vhost, random.pick(HELD)]];
  const claim = random.some(URLS.slice(0, -1), 3).map((url) => [url, idsOf(random)]);
  return [['hset', key, vhost, JSON.stringify(Object.fromEntries(claim))]];
}

function disturbIndex(random: Random, vhost: string): readonly RedisCommand[] {
  const key = `autodock:claims:${vhost}`;
  const kind = random.int(1_000);
  if (kind < 5) return [['set', key, 'a string']];
  if (kind < 30) return [['del', key]];
  if (kind < 300) return disturbOptions(random, vhost);
  const command = kind < 450 ? 'srem' : 'sadd';
  return [[command, key, random.pick([...OWNERS, 'gone'])]];
}

/** Another owner asks something, or a person deletes what asks it. */
function disturbOptions(random: Random, vhost: string): readonly RedisCommand[] {
  const [key, index] = [`autodock:options:${vhost}`, `autodock:claims:${vhost}`];
  const owner = random.pick([...OWNERS, 'gone']);
  const kind = random.int(100);
  if (kind < 3) return [['set', key, 'a string']];
  if (kind < 15) return [['del', key]];
  if (kind < 30) return [['hdel', key, owner]];
  if (kind < 45) return [['srem', index, `${owner} options`]];
  return [
    ['hset', key, owner, random.pick(ASKED)],
    ['sadd', index, `${owner} options`],
  ];
}

function disturbScores(random: Random): readonly RedisCommand[] {
  const owner = random.pick(OWNERS);
  if (random.percent(15)) return [['zrem', 'autodock:owners', owner]];
  return [['zadd', 'autodock:owners', 1_700_000_000_000 + random.int(1_000_000_000), owner]];
}
