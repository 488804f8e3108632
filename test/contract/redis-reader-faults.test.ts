import { expect, test } from 'vitest';
import { ObserveError } from '../../src/errors.ts';
import { compareText } from '../../src/model/compare.ts';
import { ENGINE } from '../parts/redis-side.ts';
import { CLAIM, useRedisSides } from '../parts/redis-sides.ts';

const { redis, side } = useRedisSides();

test('keys of other types and malformed claims are told as such, in every way of reading', async () => {
  await redis.client.set('frontend:text.local', 'a string');
  await redis.client.hset('autodock:owner:me', 'text.local', CLAIM, 'bad.local', '{"held":"soon"}');
  await redis.client.zadd('autodock:owners', 1, 'other');
  await redis.client.set('autodock:owner:other', 'a string');
  const me = side();
  const names = ['text.local', 'bad.local'];

  for (const read of [
    (await me.open(names)).frontends,
    (await me.reader.peek(new Set(names))).frontends,
    await me.reader.read(names),
    await me.reader.peekAt(names),
  ]) {
    expect(read.get('text.local')?.list).toEqual({ kind: 'wrong-type', type: 'string' });
    expect(read.get('bad.local')?.list).toEqual({ kind: 'absent' });
    expect(
      [...(read.get('bad.local')?.claims ?? [])].sort(([a], [b]) => compareText(a, b)),
    ).toEqual([
      ['me', 'malformed'],
      ['other', 'malformed'],
    ]);
  }
  me.connection.close();
});

test('a list that somebody filled beyond ten thousand backends is told as such, however long it is', async () => {
  const filled = (entries: number) => [
    'app',
    ...Array<string>(entries).fill('http://192.0.2.1:80'),
  ];
  await redis.client.rpush('frontend:full.local', ...filled(10_000));
  await redis.client.rpush('frontend:poisoned.local', ...filled(10_001));
  const me = side();
  const names = ['full.local', 'poisoned.local'];

  for (const read of [
    (await me.open(names)).frontends,
    (await me.reader.peek(new Set(names))).frontends,
    await me.reader.read(names),
    await me.reader.peekAt(names),
  ]) {
    expect(read.get('full.local')?.list).toMatchObject({ kind: 'list', identifier: 'app' });
    expect(read.get('poisoned.local')?.list).toEqual({ kind: 'too-long' });
  }
  me.connection.close();
});

test('a set of owners of another type is an error that names the key', async () => {
  await redis.client.set('autodock:owners', 'a string');
  const me = side();

  for (const reading of [me.reader.open(ENGINE, new Set()), me.reader.peek(new Set())]) {
    await expect(reading).rejects.toBeInstanceOf(ObserveError);
    await expect(reading).rejects.toThrow('autodock:owners');
  }
  me.connection.close();
});
