import type { RedisCommand } from '../../src/clients/redis.ts';
import { type World, WRONG } from '../laws/world.ts';
import type { Hashes } from './redis-orders.ts';

/** A connection as Redis knows it. */
export interface Session {
  readonly id: number;
  /** What stood at the keys that it watches. */
  readonly watched: Map<string, string>;
}

/** What keys hold. */
export interface Held {
  readonly world: World;
  readonly engines: ReadonlyMap<string, string>;
  readonly hashes: Hashes;
}

/** A connection that watches nothing yet. */
export function newSession(id: number): Session {
  return { id, watched: new Map() };
}

/** The commands about the connection itself; undefined: it is another command. */
export function runOnSession(
  held: Held,
  { id, watched }: Session,
  [name, ...args]: RedisCommand,
): unknown {
  switch (name) {
    case 'watch':
      for (const key of args.map(String)) {
        if (!watched.has(key)) watched.set(key, textAt(held, key));
      }
      return 'OK';
    case 'unwatch':
      watched.clear();
      return 'OK';
    case 'client': {
      const isWritten = [...watched].some(([key, text]) => textAt(held, key) !== text);
      return `id=${id} flags=${isWritten ? 'd' : 'N'}`;
    }
    default:
      return undefined;
  }
}

function textAt({ world, engines, hashes }: Held, key: string): string {
  const [, kind = '', name = ''] =
    /^(frontend|autodock:(?:claims|owner|options|engine)):(.*)$/.exec(key) ?? [];
  switch (kind) {
    case 'frontend':
      return JSON.stringify(world.lists.get(name) ?? null);
    case 'autodock:claims':
      return JSON.stringify(world.told.get(name) ?? null);
    case 'autodock:owner':
      return textOf(world.claims.get(name));
    case 'autodock:options':
      return textOf(world.options.get(name));
    case 'autodock:engine':
      return engines.get(name) ?? '';
    default:
      return textOf(hashes.get(key));
  }
}

function textOf(fields: ReadonlyMap<string, string> | typeof WRONG | undefined): string {
  return fields === undefined || fields === WRONG ? String(fields) : JSON.stringify([...fields]);
}
