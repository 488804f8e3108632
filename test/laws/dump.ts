import { compareText } from '../../src/model/compare.ts';
import { type World, WRONG } from './world.ts';

/** Tells everything that stands in a Redis of the test's own as one JSON text. */
export const DUMP_SCRIPT = `
  local dump = {}
  for _, key in ipairs(redis.call('KEYS', '*')) do
    local type, value = redis.call('TYPE', key).ok, ''
    if type == 'string' then value = redis.call('GET', key)
    elseif type == 'list' then value = redis.call('LRANGE', key, 0, -1)
    elseif type == 'set' then value = redis.call('SMEMBERS', key)
    elseif type == 'hash' then value = redis.call('HGETALL', key)
    elseif type == 'zset' then value = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') end
    dump[#dump + 1] = { key, type, value, redis.call('PEXPIRETIME', key) }
  end
  return #dump == 0 and '[]' or cjson.encode(dump)
`;

type Entry = readonly [
  key: string,
  type: string,
  value: string | readonly string[],
  expiry: number,
];

export function parseDump(text: string): World {
  const world = emptyWorld();
  for (const entry of JSON.parse(text) as readonly Entry[]) note(world, entry);
  return world;
}

/** A Redis where nobody has written anything. */
export function emptyWorld(): World {
  return {
    ...{ lists: new Map(), dead: new Map(), claims: new Map(), scores: new Map() },
    ...{ told: new Map(), options: new Map(), indexed: new Set() },
  };
}

function note(world: World, [key, type, value, expiresAt]: Entry): void {
  const items = typeof value === 'string' ? [] : value;
  const [, kind, name = ''] = /^(frontend|dead|autodock:[a-z]+)(?::(.*))?$/.exec(key) ?? [];
  const members = [...items].sort(compareText);
  switch (kind) {
    case 'frontend':
      world.lists.set(name, type === 'list' ? items : WRONG);
      return;
    case 'dead':
      world.dead.set(name, type === 'set' ? { members, expiresAt } : WRONG);
      return;
    default:
      noteOwn(world, { key, type, value, name, kind: kind ?? '', items, members });
  }
}

interface Own {
  readonly key: string;
  readonly type: string;
  readonly value: string | readonly string[];
  readonly kind: string;
  /** What stands behind the kind. */
  readonly name: string;
  readonly items: readonly string[];
  readonly members: readonly string[];
}

/** A key that fronts do not look at. */
function noteOwn(world: World, { key, type, value, kind, name, items, members }: Own): void {
  switch (kind) {
    case 'autodock:owner':
      world.claims.set(name, type === 'hash' ? pairs(items) : WRONG);
      return;
    case 'autodock:owners':
      for (const [owner, score] of pairs(items)) world.scores.set(owner, score);
      return;
    case 'autodock:claims':
      world.told.set(name, type === 'set' ? members : WRONG);
      return;
    case 'autodock:options':
      world.options.set(name, type === 'hash' ? pairs(items) : WRONG);
      return;
    case 'autodock:engine':
      if (/"index":1\b/.test(String(value))) world.indexed.add(name);
      return;
    case 'autodock:index':
      return; // no write touches it
    default:
      throw new Error(`a key that nobody should have made: ${key}`);
  }
}

function pairs(flat: readonly string[]): Map<string, string> {
  const map = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) map.set(flat[i] ?? '', flat[i + 1] ?? '');
  return map;
}

/** The same text for the same world, whatever the order in which it was read. */
export function canonical(world: World): string {
  return JSON.stringify(Object.values(world).map(sorted));
}

function sorted(map: ReadonlyMap<string, unknown> | ReadonlySet<string>): unknown {
  if (!(map instanceof Map)) return [...map.keys()].sort(compareText);
  const keys = [...map.keys()].sort(compareText);
  return keys.map((key) => {
    const value = map.get(key);
    return [key, value instanceof Map ? sorted(value) : value];
  });
}
