import type { RedisCommand } from '../../src/clients/redis.ts';
import { WRONG_TYPE } from '../../src/clients/redis-reply.ts';
import { compareText } from '../../src/model/compare.ts';
import { fieldsOf, type World, WRONG } from '../laws/world.ts';
import { runApply, type Script, type Tear } from './redis-apply.ts';
import { runEdit, scan, untell } from './redis-edit.ts';
import { type Hashes, runOnHashes } from './redis-orders.ts';
import { lapse, type ReapRules, reap } from './redis-reap.ts';
import { runOnSession, type Session } from './redis-session.ts';
import { beat, open } from './redis-signs.ts';
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
  readonly session: Session;
  readonly watch: Watch;
}

type Run = (command: RedisCommand) => unknown;

const OWNER_KEY = /^autodock:owner:(.*)$/;
const OPTIONS = 'autodock:options:';
const CLAIMANTS = 'autodock:claims:';

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
        return claimantsOf(context.world, nameIn(words, CLAIMANTS));
      case 'lrange':
        return listOf(context.world, nameIn(words, 'frontend:'));
      case 'hmget':
        return hmget(context.world, words);
      case 'hscan':
        return ['0', [...hashOf(context, words)].flat()];
      case 'type':
        return WRONG;
      case 'scan':
        return scan(context.world, words);
      case 'autodockEdit':
        // The next pass sees what is to be there without it.
        context.watch.disturbed('for-a-pass');
        return runEdit(context.world, words);
      case 'srem':
        return untell(context.world, nameIn(words, CLAIMANTS), words[1] ?? '');
      case 'zscore':
        return context.world.scores.get(words[1] ?? '') ?? null;
      default:
        return (
          runOnSession(context, context.session, [name, ...args]) ??
          runOnHashes(context.hashes, context.isFull, [name, ...args]) ??
          new Error(`ERR unknown command '${name}'`)
        );
    }
  };
}

/** The twin of read.lua; its digest is the text itself. */
function read({ world, process }: CommandContext, words: readonly string[]) {
  const [, , , self = '', , digest, ...vhosts] = words;
  const owners = [...new Set([...world.scores.keys(), self])].sort(compareText);
  const untold: number[] = [];
  let settled = 1;
  const texts = vhosts.map((vhost, position) => {
    const list = world.lists.get(vhost) ?? [];
    const found: unknown[] = [list];
    const told = membersOf(world, vhost);
    const isTold = told.includes(self) || process.isOlder === true;
    if (!isSettled(world, vhost, self)) settled = 0;
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
  return fresh === digest ? [fresh, settled] : [fresh, settled, owners, untold, ...texts];
}

function isSettled(world: World, vhost: string, self: string): boolean {
  if (world.told.get(vhost) === WRONG) return false;
  const others = membersOf(world, vhost).filter(
    (name) => name !== self && !name.endsWith(' options'),
  );
  return others.every((name) => world.scores.has(name) && fieldsOf(world, name).has(vhost));
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

function ownerIn([key = '']: readonly string[]): string {
  return OWNER_KEY.exec(key)?.[1] ?? '';
}

function nameIn([key = '']: readonly string[], start: string): string {
  return key.slice(start.length);
}
