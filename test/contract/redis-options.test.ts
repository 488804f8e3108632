import { expect, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { A, useRedisSides } from '../parts/redis-sides.ts';

const { redis, side, list } = useRedisSides();

const KEY = 'autodock:options:a.local';
const SLOW = '{"timeout":300000,"since":{"timeout":1700000000}}';
const GRPC = '{"scheme":"grpc","since":{"scheme":1700000000}}';
const WANTED = { 'a.local': ['10.0.0.1'] };

const options = () => redis.client.hgetall(KEY);
const index = async () =>
  (await redis.client.smembers('autodock:claims:a.local')).sort(compareText);

test('options come with their list, change without it, and go when nobody asks any more', async () => {
  const me = side();
  expect((await me.pass(WANTED, { 'a.local': SLOW })).results).toMatchObject([{ kind: 'create' }]);
  expect([await options(), await index()]).toEqual([{ me: SLOW }, ['me', 'me options']]);
  expect((await me.pass(WANTED, { 'a.local': SLOW })).results).toEqual([]);

  expect((await me.pass(WANTED, { 'a.local': GRPC })).results).toMatchObject([{ kind: 'claim' }]);
  expect(await options()).toEqual({ me: GRPC });

  expect((await me.pass(WANTED)).results).toMatchObject([{ kind: 'claim' }]);
  expect([await options(), await index()]).toEqual([{}, ['me']]);
  expect((await me.pass(WANTED)).results).toEqual([]);
});

test.each(['goes', 'is held'])('options go when their host %s', async (what) => {
  const me = side({ holdMs: what === 'goes' ? 0 : 60_000 });
  await me.pass(WANTED, { 'a.local': SLOW });
  await me.pass({});
  expect(await options()).toEqual({});
  expect(await index()).toEqual(what === 'goes' ? [] : ['me']);
  expect(await list('a.local')).toEqual(what === 'goes' ? [] : ['app']);
});

test('what is not known of all containers stays as it is', async () => {
  const me = side();
  await me.pass(WANTED, { 'a.local': SLOW });
  expect((await me.pass(WANTED, { 'a.local': null })).results).toEqual([]);
  await me.pass({ 'a.local': ['10.0.0.2'] }, { 'a.local': null });
  expect(await options()).toEqual({ me: SLOW });
});

test('each owner asks for itself, and a new controller of one knows what was asked', async () => {
  const [me, other] = [side(), side({ owner: 'other' })];
  await me.pass(WANTED, { 'a.local': SLOW });
  await other.pass({ 'a.local': ['10.0.0.2'] }, { 'a.local': GRPC });
  expect(await options()).toEqual({ me: SLOW, other: GRPC });

  await side().pass(WANTED);
  expect(await options()).toEqual({ other: GRPC });
  await other.pass({});
  expect([await options(), await index()]).toEqual([{}, ['me']]);
});

test('what an owner asks whose claim was lost goes with the next write of whoever writes there', async () => {
  const [me, other] = [side(), side({ owner: 'other' })];
  await other.pass({ 'a.local': ['10.0.0.2'] }, { 'a.local': GRPC });
  await redis.client.hdel('autodock:owner:other', 'a.local');
  await me.pass(WANTED, { 'a.local': SLOW });
  expect([await options(), await index()]).toEqual([{ me: SLOW }, ['me', 'me options']]);
});

test.each([
  ['the hash', () => redis.client.del(KEY)],
  ['its field', () => redis.client.hset(KEY, 'me', 'something else')],
  ['the index', () => redis.client.del('autodock:claims:a.local')],
])('%s is mended by the next pass when somebody changes it', async (_, change) => {
  const me = side();
  await me.pass(WANTED, { 'a.local': SLOW });
  await change();
  await me.pass(WANTED, { 'a.local': SLOW });
  expect([await options(), await index()]).toEqual([{ me: SLOW }, ['me', 'me options']]);
});

test('a key that holds something else is named, and its vhost left alone', async () => {
  const me = side();
  await redis.client.set(KEY, 'a string');
  const asked = { 'a.local': SLOW };
  const { results } = await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.1'] }, asked);
  expect(results).toMatchObject([
    { kind: 'fault', key: KEY, problem: 'holds a value of type string, not a hash' },
    { kind: 'create' },
  ]);
  await redis.client.del(KEY);
  await me.pass(WANTED, asked);
  expect([await list('a.local'), await options()]).toEqual([['app', A], { me: SLOW }]);
});

test('options are read by plain commands as well, for who may write nothing', async () => {
  const me = side();
  await me.pass(WANTED, { 'a.local': SLOW });
  const { frontends } = await me.reader.peek(new Set(['a.local']));
  expect(frontends.get('a.local')?.options).toEqual(new Map([['me', SLOW]]));
});
