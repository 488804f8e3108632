import { expect, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { ENGINE } from '../parts/redis-side.ts';
import { useRedisSides } from '../parts/redis-sides.ts';

const { redis, side } = useRedisSides();

test('peeking tells the same without an epoch and writes nothing', async () => {
  const me = side();
  const other = side({ owner: 'other' });
  await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.2', '10.0.0.2'] });
  await other.pass({ 'a.local': ['10.0.0.9'] });
  const opened = await me.open(['c.local']);
  const score = await redis.client.zscore('autodock:owners', 'me');

  const peeked = await me.reader.peek(new Set(['c.local']));
  expect(peeked.epoch).toBeNull();
  expect(peeked.frontends).toEqual(opened.frontends);
  const one = new Map([['a.local', opened.frontends.get('a.local')]]);
  expect(await me.reader.peekAt(['a.local'])).toEqual(one);
  expect(await me.reader.read(['a.local'])).toEqual(one);
  expect(await redis.client.zscore('autodock:owners', 'me')).toBe(score);
  me.connection.close();
  other.connection.close();
});

test('peeking needs no right but to read', async () => {
  const me = side();
  await me.pass({ 'a.local': ['10.0.0.1'] });
  await redis.client.set('frontend:text.local', 'a string');
  await redis.client.acl('SETUSER', 'reader', 'on', '>secret', '%R~*', '+@read', '+@connection');
  const onlooker = side({ url: `redis://reader:secret@127.0.0.1:${redis.port}` });

  const { frontends } = await onlooker.reader.peek(new Set(['text.local']));
  expect([...frontends.keys()].sort(compareText)).toEqual(['a.local', 'text.local']);
  expect((await onlooker.reader.peekAt(['a.local', 'text.local'])).size).toBe(2);
  await expect(onlooker.reader.open(ENGINE, new Set())).rejects.toThrow(
    /does not grant user reader the command eval/,
  );
  me.connection.close();
  onlooker.connection.close();
});
