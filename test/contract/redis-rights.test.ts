import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { releaseDrains, removeDrains, writeDrains } from '../../src/apply/drains.ts';
import { createEditor } from '../../src/apply/edit.ts';
import { forgetOwner } from '../../src/apply/forget.ts';
import { elect } from '../../src/apply/overseer.ts';
import { changeSeats } from '../../src/apply/seats.ts';
import { publishTexts } from '../../src/apply/texts.ts';
import { compareText } from '../../src/model/compare.ts';
import type { Owner, ShortId } from '../../src/model/ids.ts';
import { keysWithPrefix } from '../../src/model/keys.ts';
import { readDrains } from '../../src/observe/frontends/drains.ts';
import { unseenScores } from '../../src/pass/drain.ts';
import { waitUntilDrained } from '../../src/pass/drain-wait.ts';
import { orderPrefixes } from '../../src/survey/orders.ts';
import { readPublished } from '../../src/survey/published.ts';
import { readMarksUnder, surveyRedis } from '../../src/survey/read-redis.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { type RedisSide, redisSide } from '../parts/redis-side.ts';
import { waitFor } from '../parts/wait-for.ts';

const KEYS = keysWithPrefix('p:');

let redis: RedisPart;
let me: RedisSide;

beforeEach(async () => {
  redis = await startRedis({ tcp: true });
  await redis.client.call('ACL', 'SETUSER', ...documentedRights().split(' '));
  const url = `redis://autodock:secret@127.0.0.1:${redis.port}`;
  me = redisSide({ url, keyPrefix: 'p:', holdMs: 10_000 });
});

afterEach(async () => {
  me.connection.close();
  await redis.stop();
});

/** Those that the documentation lists, with a prefix. */
function documentedRights(): string {
  const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const [, rights] = /^ACL SETUSER (.*)$/m.exec(text) ?? [];
  if (rights === undefined) throw new Error('docs/configuration.md lists no rights');
  return rights.replaceAll(/[~&](?!__redis__)/g, '$&p:');
}

test('S4: a user with exactly the rights that are documented can do all that a controller does', async () => {
  await redis.client.set('p:frontend:text.local', 'a string');
  await redis.client.sadd('p:dead:q.example.com', '0', '1');

  await me.pass({ '*.example.com': ['10.0.0.1', '10.0.0.2'], 'text.local': ['10.0.0.1'] });
  await redis.client.sadd('p:dead:q.example.com', '0', '1');
  const asked = { '*.example.com': '{"timeout":1000,"since":{"timeout":1}}' };
  await me.pass({ '*.example.com': ['10.0.0.2', '10.0.0.3'] }, asked);
  await me.reader.peek(new Set(['text.local']));
  // What stays as it is comes to be watched.
  for (let n = 0; n < 5; n++) await me.open();
  await redis.client.config('SET', 'maxmemory', '1');
  await me.pass({ '*.example.com': ['10.0.0.2'] });
  await me.pass({});
  await redis.client.config('SET', 'maxmemory', '0');
  await redis.client.hset('p:autodock:owner:me', '*.example.com', '{"held":1}');
  await me.pass({});

  expect(await redis.client.keys('p:frontend:*')).toEqual(['p:frontend:text.local']);
  expect(await redis.client.acl('LOG')).toEqual([]);
});

test('a user with those rights can take a seat in a swarm, and look at it for all', async () => {
  const owner = 'me' as Owner;
  const seat = { kind: 'slot', field: 'service/1' } as const;
  const id = 'abcdefabcdef' as ShortId;
  const holder = { owner, id, name: 'shop.1.a', at: 1 };
  const overseer = { owner, run: 'run' };

  await changeSeats(me.connection, KEYS, owner, { enter: [{ seat, holder }], leave: [] });
  await changeSeats(me.connection, KEYS, owner, { enter: [], leave: [{ field: seat.field, id }] });
  expect(await elect(me.connection, KEYS, overseer, 1_000)).toMatchObject({ isElected: true });
  await elect(me.connection, KEYS, overseer, 0);

  expect(await redis.client.keys('p:*')).toEqual([]);
  expect(await redis.client.acl('LOG')).toEqual([]);
});

test('a user with those rights can drain, and publish who can be drained', async () => {
  const [owner, id] = ['me' as Owner, 'abcdefabcdef' as ShortId];
  await me.pass({ 'a.local': ['10.0.0.1'] });

  await publishTexts(me.connection, KEYS.names(owner), new Map([[id, 'shop-1']]), new Map());
  await writeDrains(me.connection, KEYS.drain(owner), [[id, { since: 1, by: 'me', urls: [] }]]);
  const seen = await readPublished(me.connection, KEYS);
  expect(seen).toMatchObject([{ owner, id, name: 'shop-1', drain: { since: 1, by: 'me' } }]);
  const drains = [...(await readDrains(me.connection, KEYS, owner))];
  await writeDrains(me.connection, KEYS.drain(owner), [
    [id, { since: 2, by: 'another', urls: [] }],
  ]);
  await redis.client.zadd(KEYS.fronts, '1', 'gone');
  const urls = ['http://10.0.0.1:80'];
  const target = { owner, id, drain: null, isLapsed: false };
  const unseenAt = await unseenScores(me.connection, KEYS, [target]);
  await me.pass({});
  const wait = { targets: [target], urls, unseenAt, timeoutMs: 1, onLeft: () => undefined };
  expect(await waitUntilDrained(me.connection, KEYS, wait)).toEqual({ kind: 'no-front' });
  await releaseDrains(me.connection, KEYS, owner, drains);
  expect((await readDrains(me.connection, KEYS, owner)).get(id)).toMatchObject({ by: 'another' });
  await removeDrains(me.connection, KEYS.drain(owner), [id]);
  await publishTexts(me.connection, KEYS.names(owner), new Map(), new Map([[id, 'shop-1']]));

  expect(await readPublished(me.connection, KEYS)).toEqual([]);
  expect(await redis.client.acl('LOG')).toEqual([]);
});

test('a user with those rights is told of what people order', async () => {
  const changes = me.connection.hear(orderPrefixes(KEYS, true));
  me.connection.open();
  await waitFor('Redis to tell of nothing', () => expect(changes.take()).toBe(false));
  await redis.client.hset(KEYS.off, 'a.local', '{}');
  await waitFor('Redis to tell of an order', () => expect(changes.take()).toBe(true));

  expect(await redis.client.acl('LOG')).toEqual([]);
});

test('marks under a wildcard are those of hosts that nobody has a more exact frontend for', async () => {
  await me.pass({ '*.example.com': ['10.0.0.1'], 'own.example.com': ['10.0.0.2'] });
  await redis.client.rpush('p:frontend:theirs.example.com', 'id', 'http://10.0.0.9:80');
  for (const host of ['own', 'theirs', 'free', 'a.b']) {
    await redis.client.sadd(`p:dead:${host}.example.com`, '0');
  }
  await redis.client.sadd('p:dead:else.where', '0');
  await redis.client.set('p:dead:text.example.com', 'no set');

  const vhosts = ['*.example.com', 'own.example.com'];
  const marks = await readMarksUnder(me.connection, KEYS, vhosts);

  expect([...marks.keys()].sort(compareText)).toEqual(
    ['a.b', 'free', 'own'].map((host) => `${host}.example.com`),
  );
});

test('S4: with the same rights routes are explained, dead marks shown, hosts edited and owners released', async () => {
  await me.pass({ 'a.local': ['10.0.0.1', '10.0.0.2'], '*.example.com': ['10.0.0.1'] });
  await redis.client.sadd('p:dead:a.local', '1');
  const options = { self: me.owner, alsoVhosts: new Set<string>() };

  const facts = await surveyRedis(me.connection, KEYS, options);
  expect(facts.marks.get('a.local')).toEqual({ members: ['1'], expiresInMs: null });
  expect(await readMarksUnder(me.connection, KEYS, ['a.local'])).toEqual(facts.marks);

  const by = { identifier: 'by-hand', force: false };
  const edit = { vhost: 'b.local', ...by, kind: 'add', url: 'http://10.0.0.9:80' } as const;
  const { result } = await createEditor(me.connection, KEYS).edit(edit);
  expect(result).toEqual({ vhost: 'b.local', kind: 'create' });

  await redis.client.del('p:autodock:owner:me');
  const { epoch } = await me.open();
  if (epoch === null) throw new Error('the pass has no epoch');
  await redis.client.hset('p:autodock:front:me', 'asked', '1');
  expect(await forgetOwner(me.connection, KEYS, me.owner, epoch)).toBe('forgotten');
  expect(await redis.client.exists('p:autodock:front:me')).toBe(0);
  expect(await redis.client.acl('LOG')).toEqual([]);
});
