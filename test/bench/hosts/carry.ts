import { connect } from 'node:net';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../../src/clients/redis.ts';
import { lookMsOf } from '../../../src/model/lease.ts';
import { beat } from '../../../src/observe/frontends/beat.ts';
import { readOrdersText } from '../../../src/survey/orders.ts';
import { startRedis } from '../../parts/redis.ts';
import { quantile } from '../table.ts';
import { type BuiltSide, loadBuild } from './build.ts';
import { idleShare, LEASE_MS, PACE, signOf, UNTIL_STEADY, usedBy } from './idle.ts';
import { addNeighbours, ownerName, VHOSTS_PER_OWNER, vhostsOf } from './neighbours.ts';

// How far one Redis carries: `npm run bench:carry`, with made-up engines. What owners do all the time is done for a
// sample of them, and its cost counted for all, at the pace of the defaults.

const OWNERS = (process.env.OWNERS ?? '100,200,300,1000').split(',').map(Number);
const FRONTS = 50;
const SAMPLE = 30;
const RESTARTED = 100;
/** More of them would measure this machine. */
const IDLE_OWNERS = 300;
const HERE = new URL('../../..', import.meta.url).pathname;

const build = await loadBuild(HERE);
console.log(
  `${VHOSTS_PER_OWNER} routes an owner, ${FRONTS} fronts that follow all keys; Redis' own figures\n`,
);
console.log(
  '| owners | routes | memory, MB | a pass, a sign of life, with a look at all, a look for orders: ms | idle, % of a core, counted | measured | bytes to a front per changed route | restart of 100 hosts, s |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const owners of OWNERS) console.log(await measure(owners));

async function measure(owners: number): Promise<string> {
  const redis = await startRedis();
  const fronts = await Promise.all(Array.from({ length: FRONTS }, () => follow(redis.socket)));
  try {
    await addNeighbours(redis.client, owners);
    const memory = /used_memory:(\d+)/.exec(await redis.client.info('memory'))?.[1] ?? '0';
    const sides = Array.from({ length: RESTARTED }, (_, n) => build(redis.url, ownerName(n + 1)));
    // From now on they are of the engine that a side has.
    await redis.client.del(sides.map((_, n) => `autodock:engine:${ownerName(n + 1)}`));
    for (let pass = 0; pass <= UNTIL_STEADY; pass++) {
      for (const [n, side] of sides.entries()) await side.open(vhostsOf(n + 1));
    }
    const cost = await costs(redis.client, redis.url, sides);
    const idle =
      100 *
      owners *
      (cost.pass / PACE.pass +
        cost.beat / PACE.beat +
        cost.look / (lookMsOf(LEASE_MS, owners) / 1_000) +
        cost.orders / PACE.orders +
        cost.check / PACE.check);
    const measured = owners > IDLE_OWNERS ? '' : (await idleShare(build, redis, owners)).toFixed(1);
    const before = fronts.map((front) => front.bytes());
    const restart = await restartAll(sides);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const told = fronts.map((front, n) => front.bytes() - (before[n] ?? 0));
    const changed = RESTARTED * VHOSTS_PER_OWNER;
    for (const side of sides) side.close();
    const times = [cost.pass, cost.beat, cost.look, cost.orders].map((ms) =>
      (1_000 * ms).toFixed(2),
    );
    return `| ${[owners, owners * VHOSTS_PER_OWNER, (Number(memory) / 2 ** 20).toFixed(0), times.join(', '), idle.toFixed(1), measured, (quantile(told, 0.5) / changed).toFixed(0), restart.toFixed(1)].join(' | ')} |`;
  } finally {
    for (const front of fronts) front.close();
    await redis.stop();
  }
}

/** What each thing costs Redis, seconds: the middle of a sample. */
async function costs(client: Redis, url: string, sides: readonly BuiltSide[]) {
  const config = { url, keyPrefix: '', timeoutMs: 20_000, tls: null };
  const connection = connectRedis(config, 'autodock:bench');
  const took = {
    pass: [] as number[],
    beat: [] as number[],
    look: [] as number[],
    orders: [] as number[],
    check: [] as number[],
  };
  for (let n = 0; n < SAMPLE; n++) {
    const who = signOf(ownerName(n + 1));
    const alone = { ...who, withOthers: false };
    took.pass.push(await busy(client, () => (sides[n] as BuiltSide).open(vhostsOf(n + 1))));
    took.beat.push(await busy(client, () => beat(connection, alone)));
    took.look.push(await busy(client, () => beat(connection, { ...who, withOthers: true })));
    took.check.push(await busy(client, () => connection.read([['ping']])));
    took.orders.push(await busy(client, () => readOrdersText(connection, who.keys, who.owner)));
  }
  connection.close();
  return {
    pass: quantile(took.pass, 0.5),
    beat: quantile(took.beat, 0.5),
    look: quantile(took.look, 0.5),
    orders: quantile(took.orders, 0.5),
    check: quantile(took.check, 0.5),
  };
}

/** For how long Redis worked meanwhile, seconds: all of its thread, the answers included. */
async function busy(client: Redis, work: () => Promise<unknown>): Promise<number> {
  const idle = -(await usedBy(client)) + (await usedBy(client));
  const before = await usedBy(client);
  await work();
  return Math.max(0, (await usedBy(client)) - before - idle);
}

/** Every route of these hosts leads to another address, all at once; seconds until the last one is written. */
async function restartAll(sides: readonly BuiltSide[]): Promise<number> {
  const began = performance.now();
  await Promise.all(
    sides.map(async (side, n) => {
      const vhosts = vhostsOf(n + 1);
      await side.apply(await side.open(vhosts), vhosts, `10.2.0.${1 + n}`);
    }),
  );
  return (performance.now() - began) / 1_000;
}

/** A front as far as Redis is concerned: it is told of every key of routes that changes. */
async function follow(path: string): Promise<{ bytes(): number; close(): void }> {
  const socket = connect(path);
  let bytes = 0;
  socket.on('data', (data) => {
    bytes += data.length;
  });
  const prefixes = 'PREFIX frontend: PREFIX dead: PREFIX autodock:options: PREFIX autodock:off';
  socket.write(`HELLO 3\r\nCLIENT TRACKING ON BCAST ${prefixes}\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  return { bytes: () => bytes, close: () => socket.destroy() };
}
