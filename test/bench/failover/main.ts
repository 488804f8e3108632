import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startBackend } from '../../parts/backend.ts';
import { request, startFront } from '../../parts/front.ts';
import type { RedisPart } from '../../parts/redis.ts';
import { type RedisSide, redisSide } from '../../parts/redis-side.ts';
import { startWatched, type Watched } from '../../parts/sentinels.ts';
import { waitUntil } from '../../parts/wait-for.ts';
import { distribution, type Measurement, renderTable } from '../table.ts';

// How long a failover lasts for controller and front: `npm run bench:failover`. Three Sentinels watch a master and a
// replica. A planned one is measured from its order on; where the master is killed or frozen, from when a Sentinel
// names the new one.

const TIMES = Number(process.env.TIMES ?? 10);
const DOWN_AFTER_MS = 5_000;
const EVERY_MS = 10;
const ADDRESS = '10.0.0.1';

interface Round {
  readonly controllerMs: number;
  readonly frontMs: number;
  readonly refused: number;
}

const KINDS: readonly (readonly [what: string, happens: (group: Watched) => unknown])[] = [
  ['planned', (group) => group.fail()],
  ['killed', (group) => group.servers[0]?.kill('SIGKILL')],
  ['frozen', (group) => group.servers[0]?.kill('SIGSTOP')],
];

const backend = await startBackend('B1');
const rows: Measurement[] = [];
for (const [what, happens] of KINDS) {
  const rounds: Round[] = [];
  for (let time = 0; time < TIMES; time += 1) rounds.push(await measure(what, happens));
  const of = (pick: (round: Round) => number) => distribution(rounds.map(pick));
  rows.push(
    {
      what: `${what}: a pass on the new master`,
      result: of((r) => r.controllerMs),
      aim: '<= 2000',
    },
    { what: `${what}: its routes in the front`, result: of((r) => r.frontMs), aim: '<= 2000' },
    { what: `${what}: requests refused`, result: String(sum(rounds)), aim: '0' },
  );
}
await backend.close();
console.log(renderTable(rows));

function sum(rounds: readonly Round[]): number {
  return rounds.reduce((all, { refused }) => all + refused, 0);
}

async function measure(what: string, happens: (group: Watched) => unknown): Promise<Round> {
  const group = await startWatched({ downAfterMs: DOWN_AFTER_MS });
  const side = redisSide({ url: group.url, timeoutMs: 2_000 });
  const next = group.servers[1] as RedisPart;
  const front = await startFront({ redisSocket: '', env: { FRONT_REDIS: group.url } });
  const end = new AbortController();
  try {
    await group.servers[0]?.client.rpush('frontend:lives.com', 'lives.com', backend.url);
    await side.pass({ 'a.com': [ADDRESS] });
    await waitUntil('all to be replicated', async () => (await next.client.dbsize()) >= 5);
    await waitUntil('the front to hear', async () => (await front.status()).tracking);
    const asking = refusals(front.port, end.signal);
    const ordered = performance.now();
    await happens(group);
    const from = what === 'planned' ? ordered : await switched(group, next);
    const [controller, served] = await Promise.all([
      until(() => routed(side, next)),
      until(() => isServed(front.port, next)),
    ]);
    const [controllerMs, frontMs] = [controller - from, served - from];
    end.abort();
    return { controllerMs, frontMs, refused: await asking };
  } finally {
    end.abort();
    side.connection.close();
    await front.stop();
    group.servers[0]?.kill('SIGCONT');
    await group.stop();
  }
}

/** When a Sentinel names the new master. */
async function switched(group: Watched, next: RedisPart): Promise<number> {
  return await until(async () => {
    const said = await Promise.all(
      group.sentinels.map(({ client }) =>
        client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main'),
      ),
    );
    return said.some((address) => (address as string[])[1] === String(next.port));
  });
}

/** Whether a pass has written a route to the new master, and not to the old one, whose replica it was. */
async function routed(side: RedisSide, next: RedisPart): Promise<boolean> {
  if (!(await next.client.info('replication')).includes('role:master')) return false;
  const vhost = `${randomBytes(4).toString('hex')}.com`;
  await side.pass({ 'a.com': [ADDRESS], [vhost]: [ADDRESS] });
  return (await next.client.exists(`frontend:${vhost}`)) === 1;
}

/** Whether the front serves a route that was written to the new master. */
async function isServed(port: number, next: RedisPart): Promise<boolean> {
  if ((await next.client.exists('frontend:new.com')) === 0) {
    await next.client.rpush('frontend:new.com', 'new.com', backend.url);
  }
  return (await request(port, 'new.com')).status === 200;
}

/** How many requests for a route that goes on are answered 4xx or 5xx for want of it, until the signal. */
async function refusals(port: number, signal: AbortSignal): Promise<number> {
  let refused = 0;
  while (!signal.aborted) {
    const { status } = await request(port, 'lives.com');
    if (status !== 200) refused += 1;
    await pause(EVERY_MS);
  }
  return refused;
}

/** When this became true. */
async function until(isTrue: () => Promise<boolean>): Promise<number> {
  for (;;) {
    if (await isTrue().catch(() => false)) return performance.now();
    await pause(EVERY_MS);
  }
}
