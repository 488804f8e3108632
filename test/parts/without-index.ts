import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { ENGINE } from './redis-side.ts';

const FOLDER = new URL('../data/redis/without-index/', import.meta.url);

/** What the last version without an index of claims left in a Redis: two owners, and entries of strangers. */
export function recordedKeys(): readonly (readonly string[])[] {
  return JSON.parse(readFileSync(new URL('keys.json', FOLDER), 'utf8')) as string[][];
}

/** Puts those keys into a Redis. */
export async function restoreKeys(redis: Redis): Promise<void> {
  for (const [command = '', ...args] of recordedKeys()) await redis.call(command, ...args);
}

/** An owner at work with the scripts of that version. */
export interface OlderSide {
  /** Raises the owner's score, and publishes its record as that version does. */
  open(): Promise<string>;
  /** Vhost to the URLs that are to stand there. */
  apply(epoch: string, wanted: Readonly<Record<string, readonly string[]>>): Promise<unknown>;
  /** Both, one behind the other. */
  pass(wanted: Readonly<Record<string, readonly string[]>>): Promise<unknown>;
}

/** Works on the same engine as the sides of this version. */
export function olderSide(redis: Redis, owner: string): OlderSide {
  const [openLua, applyLua] = ['open.lua', 'apply.lua'].map((name) =>
    readFileSync(new URL(name, FOLDER), 'utf8'),
  );
  const [owners, engine, claims] = ['owners', `engine:${owner}`, `owner:${owner}`].map(
    (name) => `autodock:${name}`,
  );
  const record = JSON.stringify(ENGINE);
  const id = randomBytes(6).toString('hex');
  const open = async () => {
    const keys = [owners ?? '', engine ?? '', claims ?? ''];
    const args = [owner, ENGINE.id, record, '90000'];
    const reply = await redis.eval(openLua ?? '', 3, ...keys, ...args);
    return String([reply].flat()[1]);
  };
  const apply: OlderSide['apply'] = (epoch, wanted) => {
    const writes = Object.entries(wanted).map(([vhost, urls]) => ({
      ...{ v: vhost, id: vhost, urls, copies: urls.map(() => 1), asked: false },
      claim:
        urls.length === 0 ? '' : JSON.stringify(Object.fromEntries(urls.map((url) => [url, [id]]))),
    }));
    const args = ['', owner, epoch, '0', 'all', JSON.stringify(writes)];
    return redis.eval(applyLua ?? '', 1, owners ?? '', ...args);
  };
  return { open, apply, pass: async (wanted) => apply(await open(), wanted) };
}
