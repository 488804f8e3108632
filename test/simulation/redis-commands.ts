import type { RedisCommand } from '../../src/clients/redis.ts';
import { WRONG_TYPE } from '../../src/clients/redis-reply.ts';
import { compareText } from '../../src/model/compare.ts';
import { leaseState } from '../../src/model/lease.ts';
import { parseOwnerRecord, publishedAt } from '../../src/model/owner-record.ts';
import { type World, WRONG } from '../laws/world.ts';
import { isAnotherEngine } from './another-engine.ts';
import { runApply, type Script, type Tear } from './redis-apply.ts';
import { type Hashes, runOnHashes } from './redis-orders.ts';
import { lapse, type ReapRules, reap } from './redis-reap.ts';
import type { Process } from './time.ts';
import type { Watch } from './watch.ts';

/** What commands run on. */
export interface CommandContext {
  readonly world: World;
  readonly engines: Map<string, string>;
  readonly hashes: Hashes;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The run of Redis, whose clock that is. */
  readonly run: string;
  readonly isFull: boolean;
  readonly script: Script;
  readonly rules: ReapRules;
  /** The server dies in the middle of the next apply; which of it is done by then. */
  readonly tear: Tear | null;
  readonly process: Process;
  readonly watch: Watch;
}

type Run = (command: RedisCommand) => unknown;

const OWNER_KEY = /^autodock:owner:(.*)$/;
const OPTIONS = 'autodock:options:';
const CONTESTED = 'contested';
/** Stands beside the records of owners, none of which has such a name. */
const INDEX = 'index';

/** The commands that a controller sends, and no other. A reply that is an Error is an error of Redis. */
export function createCommands(context: CommandContext): Run {
  return ([name, ...args]) => {
    const words = args.map(String);
    switch (name) {
      case 'autodockOpen':
        return open(context, words);
      case 'autodockBeat':
        return beat(context, words);
      case 'autodockLapse':
        return lapse(context, words);
      case 'autodockReap':
        return reap(context, words);
      case 'autodockRead':
        return read(context, words);
      case 'autodockTellClaims':
        return tellClaims(context, words);
      case 'autodockApply':
        return runApply(context, words);
      case 'zrange':
        return zrange(context.world, words);
      case 'get':
        return context.engines.get(nameIn(words, 'autodock:')) ?? null;
      case 'exists':
        return Number(context.engines.has(nameIn(words, 'autodock:engine:')));
      case 'smembers':
        return claimantsOf(context.world, nameIn(words, 'autodock:claims:'));
      case 'lrange':
        return listOf(context.world, nameIn(words, 'frontend:'));
      case 'hmget':
        return hmget(context.world, words);
      case 'hscan':
        return ['0', [...hashOf(context, words)].flat()];
      case 'type':
        return WRONG;
      case 'scan':
        return ['0', [...context.world.dead.keys()].map((host) => `dead:${host}`)];
      default:
        return (
          runOnHashes(context.hashes, context.isFull, [name, ...args]) ??
          new Error(`ERR unknown command '${name}'`)
        );
    }
  };
}

/** The twin of open.lua. */
function open(context: CommandContext, words: readonly string[]) {
  const { world, engines, now, run, process, watch } = context;
  const [, , , , , , owner = '', text = '', recentMs, mode] = words;
  const score = Number(world.scores.get(owner) ?? '0');
  const refusal = mode === 'refuse' ? refusalOf(context, owner, text, [score, recentMs]) : null;
  if (refusal !== null) return refusal;
  const epoch = String(Math.max(now, score + 1));
  world.scores.set(owner, epoch);
  const { written } = JSON.parse(engines.get(owner) ?? '{}') as { readonly written?: string };
  const { leaseMs, ...record } = JSON.parse(text) as { readonly leaseMs?: number };
  const lease = process.isOlder === true || leaseMs === undefined ? {} : { leaseMs };
  engines.set(owner, JSON.stringify({ ...record, ...lease, at: now, redis: run, written }));
  watch.opened(process, owner);
  watch.signed(owner);
  const claims = fieldsOf(world, owner);
  if (process.isOlder === true) {
    world.indexed.delete(owner);
    return ['opened', epoch, String(now), run, claims.size, 1, ''];
  }
  if (claims.size === 0) world.indexed.add(owner);
  const unindexed = [...world.scores.keys()].filter((name) => !world.indexed.has(name));
  engines.set(INDEX, `${now} ${unindexed.sort(compareText).join(' ')}`);
  const isIndexed = world.indexed.has(owner) ? 1 : 0;
  return ['opened', epoch, String(now), run, claims.size, isIndexed, written ?? ''];
}

/** The twin of beat.lua. */
function beat(context: CommandContext, words: readonly string[]) {
  const { world, engines, now, run, process, watch } = context;
  const [, , , , owner = '', who = '', patienceMs, , tells] = words;
  const owners = [...world.scores].flatMap(([name, own]) => [name, own, engines.get(name) ?? '']);
  const reply = (outcome: string) => [outcome, String(now), run, tells === 'all' && owners];
  // A version without leases gives none.
  if (process.isOlder === true) return ['absent', String(now), run, []];
  const score = world.scores.get(owner);
  const text = engines.get(owner);
  if (score === undefined || text === undefined) return reply('absent');
  const record = parseOwnerRecord(text);
  if (isAnotherEngine(record, parseOwnerRecord(who))) return reply('contested');
  const lastSignAt = publishedAt(record, Number(score), { now, run });
  const { leaseMs, lapsedBy } = record;
  const sign = { lastSignAt, leaseMs, isLapsed: lapsedBy !== null };
  if (leaseState(sign, now, Number(patienceMs)) === 'lapsed') {
    return reply('lapsed');
  }
  engines.set(owner, JSON.stringify({ ...JSON.parse(text), at: now, redis: run }));
  watch.signed(owner);
  return reply('renewed');
}

/** What is told where another engine passed under the owner a moment ago; null: none did. */
function refusalOf(
  { engines, now, run }: CommandContext,
  owner: string,
  mine: string,
  [score, recentMs]: readonly [score: number, recentMs: string | undefined],
) {
  const text = engines.get(owner) ?? '';
  const last = parseOwnerRecord(text);
  if (last.lapsedBy !== null || !isAnotherEngine(last, parseOwnerRecord(mine))) return null;
  const at = publishedAt(last, score, { now, run });
  const record = at === null ? JSON.stringify({ ...JSON.parse(text), at: now, redis: run }) : text;
  engines.set(owner, record);
  const agoMs = now - (at ?? now);
  return agoMs <= (last.leaseMs ?? Number(recentMs)) ? [CONTESTED, record] : null;
}

/** The twin of read.lua; its digest is the text itself. */
function read({ world, process }: CommandContext, words: readonly string[]) {
  const [, , , self = '', , digest, ...vhosts] = words;
  const owners = [...new Set([...world.scores.keys(), self])].sort(compareText);
  const untold: number[] = [];
  const texts = vhosts.map((vhost, position) => {
    const list = world.lists.get(vhost) ?? [];
    const found: unknown[] = [list];
    const told = membersOf(world, vhost);
    const isTold = told.includes(self) || process.isOlder === true;
    if (fieldsOf(world, self).has(vhost) && !isTold) untold.push(position + 1);
    owners.forEach((name, index) => {
      if (name !== self && world.indexed.has(name) && !told.includes(name)) return;
      const fields = world.claims.get(name);
      const text = fields === WRONG ? false : fields?.get(vhost);
      if (text !== undefined) found.push(index + 1, text);
    });
    if (told.some((name) => name.endsWith(' options'))) {
      found.push('options', [...optionsAt(world, vhost)].flat());
    }
    return JSON.stringify(found);
  });
  const fresh = `${owners.join()} ${untold.join()} ${texts.join()}`;
  return fresh === digest ? [fresh] : [fresh, owners, untold, ...texts];
}

/** The twin of tell-claims.lua. */
function tellClaims({ world, engines }: CommandContext, words: readonly string[]) {
  const [, , , , , owner = '', epoch = '', ...vhosts] = words;
  const sign = JSON.parse(engines.get(owner) ?? '{}') as { readonly nonce?: string };
  if (epoch !== `${world.scores.get(owner)}/${sign.nonce}`) return ['fenced'];
  if (vhosts.length === 0) world.indexed.add(owner);
  const claimed = vhosts.filter((vhost) => {
    return fieldsOf(world, owner).has(vhost) && world.told.get(vhost) !== WRONG;
  });
  for (const vhost of claimed) {
    world.told.set(vhost, [...new Set([...membersOf(world, vhost), owner])].sort(compareText));
  }
  return ['told', claimed.length];
}

function claimantsOf(world: World, vhost: string): unknown {
  return world.told.get(vhost) === WRONG ? WRONG_TYPE : membersOf(world, vhost);
}

function membersOf({ told }: World, vhost: string): readonly string[] {
  const members = told.get(vhost);
  return members === undefined || members === WRONG ? [] : members;
}

function zrange({ scores }: World, words: readonly string[]): readonly string[] {
  const sorted = [...scores].sort(([a, x], [b, y]) => Number(x) - Number(y) || (a < b ? -1 : 1));
  return words.at(-1) === '-1' ? sorted.map(([owner]) => owner) : sorted.flat();
}

function listOf({ lists }: World, vhost: string): unknown {
  const list = lists.get(vhost) ?? [];
  return list === WRONG ? WRONG_TYPE : list;
}

function hmget(world: World, words: readonly string[]): unknown {
  if (world.claims.get(ownerIn(words)) === WRONG) return WRONG_TYPE;
  const fields = fieldsOf(world, ownerIn(words));
  return words.slice(1).map((vhost) => fields.get(vhost) ?? null);
}

/** What stands in a hash that is read whole. */
function hashOf(
  { world, hashes }: CommandContext,
  words: readonly string[],
): ReadonlyMap<string, string> {
  const [key = ''] = words;
  if (key.startsWith(OPTIONS)) return optionsAt(world, nameIn(words, OPTIONS));
  return hashes.get(key) ?? fieldsOf(world, ownerIn(words));
}

function optionsAt({ options }: World, vhost: string): ReadonlyMap<string, string> {
  const texts = options.get(vhost);
  return texts === undefined || texts === WRONG ? new Map() : texts;
}

function fieldsOf({ claims }: World, owner: string): ReadonlyMap<string, string> {
  const fields = claims.get(owner);
  return fields === undefined || fields === WRONG ? new Map() : fields;
}

function ownerIn([key = '']: readonly string[]): string {
  return OWNER_KEY.exec(key)?.[1] ?? '';
}

function nameIn([key = '']: readonly string[], start: string): string {
  return key.slice(start.length);
}
