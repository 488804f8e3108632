import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApplyError, ObserveError } from '../../src/errors.ts';
import { anyBytes, anyJson, anyText, runs } from '../parts/arbitraries.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { type RedisSide, redisSide } from '../parts/redis-side.ts';

const HOSTS = ['a.local', 'b.local', '*.local'];
const OURS = '10.0.0.1';
const OUR_URL = `http://${OURS}:80`;

let redis: RedisPart;
let me: RedisSide;

beforeAll(async () => {
  redis = await startRedis();
  me = redisSide({ url: redis.url, holdMs: 1 });
});
afterAll(async () => {
  me.connection.close();
  await redis.stop();
});

/** Nothing here is spelt like a backend of ours, so that all of it is foreign. */
const entries = fc.array(anyBytes, { minLength: 1, maxLength: 6 });
const claim = fc.oneof(
  anyBytes,
  anyJson.map((value) => Buffer.from(JSON.stringify(value))),
);
const owner = fc.oneof(
  fc.constantFrom('me', 'other'),
  anyText.map((text) => text.slice(0, 300)),
);
const score = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -1, 1e18, 1e308));

/** What anybody may have written to the keys that autodock reads. */
const poison = fc.record({
  lists: fc.dictionary(fc.constantFrom(...HOSTS), entries),
  wrong: fc.subarray(HOSTS),
  marks: fc.dictionary(fc.constantFrom(...HOSTS, 'x.local'), entries),
  claims: fc.array(fc.tuple(owner, fc.constantFrom(...HOSTS), claim), { maxLength: 6 }),
  owners: fc.array(fc.tuple(owner, score), { maxLength: 4 }),
  engine: fc.option(anyBytes),
});

async function poisonWith(found: typeof poison extends fc.Arbitrary<infer T> ? T : never) {
  const { client } = redis;
  await client.flushall();
  for (const [host, list] of Object.entries(found.lists)) {
    await client.rpush(`frontend:${host}`, ...list);
  }
  for (const host of found.wrong) await client.set(`frontend:${host}`, 'a string');
  for (const [host, marks] of Object.entries(found.marks)) {
    await client.sadd(`dead:${host}`, ...marks);
  }
  for (const [name, host, text] of found.claims) {
    await client.hset(`autodock:owner:${name}`, host, text);
  }
  for (const [name, at] of found.owners) await client.zadd('autodock:owners', String(at), name);
  if (found.engine !== null) await client.set('autodock:engine:me', found.engine);
}

/** What strangers have at a host: the raw entries, sorted, without ours; null for another type. */
async function strangersAt(host: string): Promise<readonly string[] | null> {
  if ((await redis.client.type(`frontend:${host}`)) === 'string') return null;
  const list = await redis.client.lrangeBuffer(`frontend:${host}`, 1, -1);
  const texts = list.map((entry) => entry.toString('hex'));
  return texts.filter((text) => text !== Buffer.from(OUR_URL).toString('hex')).sort(byText);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

test('whatever stands in Redis, a pass is done or fails as expected, and changes nothing of strangers', async () => {
  await fc.assert(
    fc.asyncProperty(poison, async (found) => {
      await poisonWith(found);
      const before = await Promise.all(HOSTS.map(strangersAt));
      const ends: unknown[] = [];
      for (const wanted of [{ 'a.local': [OURS], '*.local': [OURS] }, { 'b.local': [OURS] }, {}]) {
        ends.push(await me.pass(wanted).catch((error: unknown) => error));
      }
      for (const end of ends.filter((one) => one instanceof Error)) {
        const isContested = end instanceof Error && end.message === 'contested';
        expect(end instanceof ObserveError || end instanceof ApplyError || isContested).toBe(true);
      }
      expect(await Promise.all(HOSTS.map(strangersAt))).toEqual(before);
    }),
    runs(200),
  );
});
