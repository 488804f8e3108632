import { compareText } from '../../src/model/compare.ts';
import { type World, WRONG } from './model.ts';

/** Tells everything that stands in a Redis of the test's own as one JSON text. */
export const DUMP_SCRIPT = `
  local dump = {}
  for _, key in ipairs(redis.call('KEYS', '*')) do
    local type, value = redis.call('TYPE', key).ok, ''
    if type == 'list' then value = redis.call('LRANGE', key, 0, -1)
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
  const world: World = { lists: new Map(), dead: new Map(), claims: new Map(), scores: new Map() };
  for (const entry of JSON.parse(text) as readonly Entry[]) note(world, entry);
  return world;
}

function note(world: World, [key, type, value, expiresAt]: Entry): void {
  const items = typeof value === 'string' ? [] : value;
  const [, kind, name = ''] =
    /^(frontend|dead|autodock:owner|autodock:owners|autodock:engine)(?::(.*))?$/.exec(key) ?? [];
  const members = [...items].sort(compareText);
  switch (kind) {
    case 'frontend':
      world.lists.set(name, type === 'list' ? items : WRONG);
      return;
    case 'dead':
      world.dead.set(name, type === 'set' ? { members, expiresAt } : WRONG);
      return;
    case 'autodock:owner':
      world.claims.set(name, type === 'hash' ? pairs(items) : WRONG);
      return;
    case 'autodock:owners':
      for (const [owner, score] of pairs(items)) world.scores.set(owner, score);
      return;
    case 'autodock:engine':
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

function sorted(map: ReadonlyMap<string, unknown>): unknown {
  const keys = [...map.keys()].sort(compareText);
  return keys.map((key) => {
    const value = map.get(key);
    return [key, value instanceof Map ? sorted(value) : value];
  });
}
