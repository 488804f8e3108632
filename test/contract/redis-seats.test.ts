import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectRedis } from '../../src/clients/redis.ts';
import type { Barriers, KnownContainer } from '../../src/model/container.ts';
import type { Owner } from '../../src/model/ids.ts';
import { keysWithPrefix } from '../../src/model/keys.ts';
import { leaveSeats } from '../../src/pass/seats.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { asking, on, type Said, shortOf } from '../unit/desire/containers.ts';
import { type SwarmSide, swarmSide } from './swarm-side.ts';

const OVERLAY: ReadonlyMap<string, Barriers> = new Map([
  ['autodock', { ipv4: 'overlay', ipv6: 'overlay' }],
]);
const NETWORK_ID = 'k2yq617uxkb6cgarh7i1dqu3j';
const SERVICE_ID = 'tkx1y9sbbmp6tkxa237kkwfjd';
const MINUTE = 60;

let redis: RedisPart;
let sides: SwarmSide[];
beforeEach(async () => {
  redis = await startRedis({ tcp: true });
  sides = [];
});
afterEach(async () => {
  for (const side of sides) side.close();
  await redis.stop();
});

function node(name: string, clockMs = 0): SwarmSide {
  const side = swarmSide(`redis://127.0.0.1:${redis.port}`, name, clockMs);
  sides.push(side);
  return side;
}

/** A task of one slot of a service. @param agoS when its engine says that it was created */
function task(number: number, agoS: number, said: Said = {}): KnownContainer {
  const labels = {
    'com.docker.swarm.node.id': 'node',
    'com.docker.swarm.service.id': SERVICE_ID,
    'com.docker.swarm.service.name': 'shop',
    'com.docker.swarm.task.id': `t${number}`,
    'com.docker.swarm.task.name': `shop.1.t${number}`,
  };
  const createdAt = Math.floor(Date.now() / 1_000) - agoS;
  const addresses = [{ ...on('autodock', `10.0.1.${number}`), networkId: NETWORK_ID }];
  const all = { name: `shop.1.t${number}`, addresses, barriers: OVERLAY, createdAt };
  return asking(number, 'a.local', { ...all, ...said, labels: { ...labels, ...said.labels } });
}

/** A container that stands for no slot. */
function plain(number: number, host: string, agoS: number, address: string): KnownContainer {
  const createdAt = Math.floor(Date.now() / 1_000) - agoS;
  const addresses = [{ ...on('autodock', address), networkId: NETWORK_ID }];
  return asking(number, host, { addresses, barriers: OVERLAY, createdAt });
}

const verdictsOf = async (side: SwarmSide, ...containers: readonly KnownContainer[]) =>
  (await side.pass(...containers)).verdicts.map(({ verdict }) => verdict);

test('of one slot the newest task alone is routed, wherever it is', async () => {
  const [before, after] = [node('before'), node('after')];
  expect(await verdictsOf(before, task(1, MINUTE))).toEqual(['routed']);

  await after.pass(task(2, 5));

  const { verdicts } = await before.pass(task(1, MINUTE));
  expect(verdicts).toMatchObject([
    {
      verdict: 'older-version',
      rejections: [{ detail: 'A newer task has its slot: shop.1.t2 of after.' }],
    },
  ]);
  expect(await verdictsOf(after, task(2, 5))).toEqual(['routed']);
});

test('a controller that was cut off, or is new, looks before it routes a task whose slot another one has', async () => {
  await node('after').pass(task(2, 5));

  expect(await verdictsOf(node('before'), task(1, MINUTE))).toEqual(['older-version']);
});

test('the older task has the requests until the newer one can be routed', async () => {
  const [before, after] = [node('before'), node('after')];
  await before.pass(task(1, MINUTE));

  await after.pass(task(2, 5, { health: 'starting' }));
  expect(await verdictsOf(before, task(1, MINUTE))).toEqual(['routed']);
  const text = await before.text();

  await after.pass(task(2, 5, { health: 'healthy' }));
  expect(await before.text(), 'the other node learns of it').not.toBe(text);
  expect(await verdictsOf(before, task(1, MINUTE))).toEqual(['older-version']);
});

test.for([10 * MINUTE, -10 * MINUTE])(
  'a node whose clock is %i s ahead finds the same task the newer',
  async (aheadS) => {
    const [before, after] = [node('before'), node('after', aheadS * 1_000)];
    await before.pass(task(1, MINUTE));
    await after.pass(task(2, 5 - aheadS));

    expect(await verdictsOf(before, task(1, MINUTE))).toEqual(['older-version']);
    expect(await verdictsOf(after, task(2, 5 - aheadS))).toEqual(['routed']);
  },
);

test('a Redis that lost all is told again, and the newest is the same', async () => {
  const [before, after] = [node('before'), node('after')];
  await before.pass(task(1, MINUTE));
  await after.pass(task(2, 5));
  await redis.client.flushall();

  await before.pass(task(1, MINUTE));
  await after.pass(task(2, 5));
  expect(await verdictsOf(before, task(1, MINUTE))).toEqual(['older-version']);
});

test('a slot is free again when its task is gone, and only then', async () => {
  const [before, after] = [node('before'), node('after')];
  await before.pass(task(1, MINUTE));
  await after.pass(task(2, 5));
  await before.pass();
  expect(await redis.client.hlen('autodock:seats'), 'its own is left alone').toBe(2);

  await after.pass();
  expect(await redis.client.hlen('autodock:seats')).toBe(0);
});

test('an owner that is released leaves its seats, and no others', async () => {
  await node('before').pass(task(1, MINUTE));
  await node('after').pass(task(2, 5), plain(3, 'b.local', 5, '10.0.1.9'));
  const config = {
    url: `redis://127.0.0.1:${redis.port}`,
    keyPrefix: '',
    timeoutMs: 30_000,
    tls: null,
  };
  const connection = connectRedis(config, 'release');

  await leaveSeats(connection, keysWithPrefix(''), 'after' as Owner);
  connection.close();

  const left = await redis.client.hvals('autodock:seats');
  expect(left.map((text) => JSON.parse(text) as unknown)).toMatchObject([{ owner: 'before' }]);
});

test('a newer container with the same address of an overlay proves the older one dead', async () => {
  const [before, after] = [node('before'), node('after')];
  await before.pass(plain(1, 'a.local', MINUTE, '10.0.1.9'));

  await after.pass(plain(2, 'b.local', 5, '10.0.1.9'));

  const { verdicts } = await before.pass(plain(1, 'a.local', MINUTE, '10.0.1.9'));
  expect(verdicts).toMatchObject([
    {
      verdict: 'stale-address',
      rejections: [{ detail: 'A newer container has its address: c2 of after.' }],
    },
  ]);
});

test('of two that were created within a moment both are routed: their engines tell whole seconds', async () => {
  const [one, other] = [node('one'), node('other')];
  await one.pass(task(1, 60));
  await other.pass(task(2, 60));

  expect(await verdictsOf(one, task(1, 60))).toEqual(['routed']);
  expect(await verdictsOf(other, task(2, 60))).toEqual(['routed']);
});

test('a service counts by the labels that a manager tells of it, and a label of its container beats them', async () => {
  const service = JSON.stringify({ name: 'shop', labels: { 'autodock.host': 'b.local' } });
  await redis.client.hset('autodock:services', SERVICE_ID, service);
  const side = node('one');

  const { frontends } = await side.pass(task(1, 60));
  expect([...frontends.keys()]).toEqual(['b.local']);
  const own = await side.pass(task(1, 60, { labels: { 'autodock.host': 'c.local' } }));
  expect([...own.frontends.keys()]).toEqual(['c.local']);
});

describe('of an owner that cannot tell, as its node is dead, the route of what was overtaken', () => {
  const [OLD, OTHER] = ['http://10.0.1.9:80', 'http://10.0.1.7:80'];
  /** As its last pass left it. */
  const write = async (
    urls: Readonly<Record<string, readonly string[]>>,
    foreign: string[] = [],
  ) => {
    await redis.client.zadd('autodock:owners', '1', 'dead');
    await redis.client.sadd('autodock:claims:a.local', 'dead');
    await redis.client.hset('autodock:owner:dead', 'a.local', JSON.stringify(urls));
    await redis.client.rpush('frontend:a.local', 'a.local', ...Object.keys(urls), ...foreign);
  };
  const list = () => redis.client.lrange('frontend:a.local', 0, -1);
  const claim = async () =>
    JSON.parse((await redis.client.hget('autodock:owner:dead', 'a.local')) ?? 'null') as unknown;

  beforeEach(async () => {
    await node('dead').pass(plain(1, 'a.local', MINUTE, '10.0.1.9'));
  });

  test('goes, and what it has besides stays', async () => {
    await write({ [OLD]: [shortOf(1)], [OTHER]: [shortOf(3)] });
    await node('live').pass(plain(2, 'b.local', 5, '10.0.1.9'));

    expect(await list()).toEqual(['a.local', OTHER]);
    expect(await claim()).toEqual({ [OTHER]: [shortOf(3)] });
  });

  test('is told by whom it is withdrawn, once, and where nothing was is not', async () => {
    await write({ [OLD]: [shortOf(1)] });
    const live = node('live');
    const newer = plain(2, 'b.local', 5, '10.0.1.9');
    await live.pass(newer);
    expect(live.withdrawn).toEqual(['a.local']);

    await live.pass(newer);
    await node('later').pass(plain(4, 'b.local', 1, '10.0.1.9'));
    expect(sides.flatMap(({ withdrawn }) => withdrawn)).toEqual(['a.local']);
  });

  test('goes, though the newer one asks for nothing', async () => {
    await write({ [OLD]: [shortOf(1)], [OTHER]: [shortOf(3)] });
    await node('live').pass(plain(2, '', 5, '10.0.1.9'));

    expect(await list()).toEqual(['a.local', OTHER]);
  });

  test('goes where it was the last, and the host is held', async () => {
    await write({ [OLD]: [shortOf(1)] });
    await node('live').pass(plain(2, 'b.local', 5, '10.0.1.9'));

    expect(await list()).toEqual(['a.local']);
    expect(await claim()).toEqual({ held: expect.any(Number) });
  });

  test('stays where somebody else wrote the same', async () => {
    await write({ [OLD]: [shortOf(1)] }, [OLD]);
    await node('live').pass(plain(2, 'b.local', 5, '10.0.1.9'));

    expect(await list()).toEqual(['a.local', OLD]);
  });

  test('stays while the other one is not newer', async () => {
    await write({ [OLD]: [shortOf(1)] });
    await node('live').pass(plain(2, 'b.local', 2 * MINUTE, '10.0.1.9'));

    expect(await list()).toEqual(['a.local', OLD]);
  });
});
