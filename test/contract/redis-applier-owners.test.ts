import { expect, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { A, B, useRedisSides } from '../parts/redis-sides.ts';

const { redis, side, list, claim } = useRedisSides();

test('a plan of an overtaken pass writes nothing', async () => {
  const me = side();
  const late = me.plan(await me.open(), { 'a.local': ['10.0.0.1'] });
  await me.pass({ 'a.local': ['10.0.0.2'] });

  expect(await me.applier.apply(late)).toEqual({ kind: 'fenced', results: [] });
  expect(await list('a.local')).toEqual(['app', B]);
});

test('an owner whose score is gone writes nothing', async () => {
  const me = side();
  const plan = me.plan(await me.open(), { 'a.local': ['10.0.0.1'] });
  await redis.client.del('autodock:owners');

  expect(await me.applier.apply(plan)).toMatchObject({ kind: 'fenced' });
  expect(await list('a.local')).toEqual([]);
});

test('a plan that only looked is refused', async () => {
  const me = side();
  const plan = me.plan(await me.open(), { 'a.local': ['10.0.0.1'] });

  await expect(me.applier.apply({ ...plan, epoch: null })).rejects.toThrow('only looked');
});

test('two owners of one URL each have a copy of their own', async () => {
  const me = side();
  const other = side({ owner: 'other' });
  await me.pass({ 'a.local': ['10.0.0.1'] });
  await other.pass({ 'a.local': ['10.0.0.1'] });
  expect(await list('a.local')).toEqual(['app', A, A]);

  await me.pass({});
  expect(await list('a.local')).toEqual(['app', A]);
  expect(await claim('a.local', 'other')).not.toBeNull();
});

test('eight owners that write at once all get what they want', async () => {
  const owners = Array.from({ length: 8 }, (_, n) => side({ owner: `owner-${n}` }));
  await redis.client.rpush('frontend:a.local', 'theirs', 'http://foreign:1');
  const wantedBy = (n: number) => ({
    'a.local': ['10.0.0.1', `10.0.1.${n}`],
    'b.local': [`10.0.1.${n}`],
  });

  for (let round = 0; round < 5; round++) {
    await Promise.all(owners.map((owner, n) => owner.pass(round % 2 === 0 ? wantedBy(n) : {})));
  }
  const copies = Array<string>(8).fill(A);
  const own = owners.map((_, n) => `http://10.0.1.${n}:80`);
  expect((await list('a.local')).sort(compareText)).toEqual(
    ['theirs', 'http://foreign:1', ...copies, ...own].sort(compareText),
  );
  expect((await list('b.local')).slice(1).sort(compareText)).toEqual(own);
});
