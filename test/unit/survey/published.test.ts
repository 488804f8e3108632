import { expect, test } from 'vitest';
import type { RedisCommand } from '../../../src/clients/redis.ts';
import type { ObservedFrontend } from '../../../src/model/frontend.ts';
import type { Owner } from '../../../src/model/ids.ts';
import { keysWithPrefix } from '../../../src/model/keys.ts';
import { readNames } from '../../../src/survey/names.ts';
import { readPublished } from '../../../src/survey/published.ts';

const KEYS = keysWithPrefix('');
const OWNERS = Array.from({ length: 20 }, (_, n) => `owner-${n}` as Owner);
const idOf = (owner: string) => owner.slice('owner-'.length).padStart(12, '0');

/** A Redis in which each of these owners has one container, and what it is asked. */
function redis() {
  const trips: (readonly RedisCommand[])[] = [];
  const answer = ([name, key]: RedisCommand): unknown => {
    const owner = OWNERS.find((one) => key === KEYS.names(one));
    switch (name) {
      case 'time':
        return ['1', '0'];
      case 'zrange':
        return OWNERS.flatMap((one, n) => [one, String(n)]);
      case 'hmget':
        return [`shop of ${owner}`];
      case 'hscan':
        return ['0', owner === undefined ? [] : [idOf(owner), `shop of ${owner}`]];
      default:
        return null;
    }
  };
  const read = async (commands: readonly RedisCommand[]) => {
    trips.push(commands);
    return commands.map(answer);
  };
  return { trips, sends: { read } };
}

test('what all owners published is read in one round trip, however many they are', async () => {
  const { trips, sends } = redis();
  const published = await readPublished(sends, KEYS);
  expect(new Map(published.map(({ owner, name }) => [owner, name]))).toEqual(
    new Map(OWNERS.map((owner) => [owner, `shop of ${owner}`])),
  );
  expect(trips.filter((commands) => commands.some(([name]) => name === 'hscan'))).toHaveLength(1);
});

test('names of containers of all owners are read in one round trip', async () => {
  const { trips, sends } = redis();
  const claims = OWNERS.map((owner) => [
    owner,
    { backends: new Map([['http://10.0.0.1:80', [idOf(owner)]]]), heldSince: null },
  ]);
  const frontend = { claims: new Map(claims as never) } as unknown as ObservedFrontend;
  const names = await readNames(sends, KEYS, [frontend], null);
  expect(names.get(idOf('owner-7'))).toBe('shop of owner-7');
  expect(names.size).toBe(OWNERS.length);
  expect(trips).toHaveLength(1);
});
