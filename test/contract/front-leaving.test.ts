import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type DnsServer, startDnsServer } from '../parts/dns-server.ts';
import { type Front, startFront } from '../parts/front.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { commandsRun } from '../parts/redis-looks.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

const OVERSEER = 'autodock:overseer';
const TASK_ID = 'n6yk1zu9jtcf9qwk4xkmzxbpt';

/** Services of two tasks, each with a host of its own. */
const SERVICES = ['leaving', 'nameless', 'strange', 'empty', 'new', 'dealt'] as const;
type Service = (typeof SERVICES)[number];

/** DNS is what Docker has inside of an overlay: tasks by their service, and services by the names of addresses. */
describe('a front of a swarm', () => {
  let redis: RedisPart;
  let dns: DnsServer;
  let front: Front;

  beforeAll(async () => {
    redis = await startRedis();
    dns = await startDnsServer();
    for (const service of SERVICES) {
      for (const slot of [1, 2]) tell(service, slot);
      dns.names.set(`tasks.${service}`, [addressOf(service, 1), addressOf(service, 2)]);
    }
    const record = { owner: 'other', run: 'r', at: Date.now(), leaseMs: 600_000, redis: 'x' };
    await redis.client.set(OVERSEER, JSON.stringify(record));
    front = await startFront({
      redisSocket: redis.socket,
      resolvConf: `nameserver ${dns.address}\n`,
      env: { FRONT_SWARM: 'on', FRONT_WORKERS: '2' },
    });
    for (const service of SERVICES) await routeTo(service, 1, 2);
  });
  afterAll(async () => {
    await front.stop();
    await dns.close();
    await redis.stop();
  });

  const addressOf = (service: Service, slot: number) =>
    `127.0.${1 + SERVICES.indexOf(service)}.${slot}`;
  const tell = (service: Service, slot: number) =>
    dns.pointers.set(addressOf(service, slot), `${service}.${slot}.${TASK_ID}.autodock`);
  const routeTo = async (service: Service, ...slots: readonly number[]) => {
    const urls = slots.map((slot) => `http://${addressOf(service, slot)}:9`);
    const key = `frontend:${service}.test`;
    const isNew = (await redis.client.exists(key)) === 0;
    await redis.client.rpush(key, ...(isNew ? [`${service}.test`] : []), ...urls);
  };
  const marked = (service: Service) => redis.client.smembers(`dead:${service}.test`);
  const times = (service: Service) =>
    dns.asked.filter((name) => name === `tasks.${service}`).length;
  /** What fronts tell of marks from now on. */
  const messages = async () => {
    const told: string[] = [];
    const listener = redis.client.duplicate();
    onTestFinished(() => listener.disconnect());
    await listener.subscribe('dead');
    listener.on('message', (_channel: string, text: string) => void told.push(text));
    return told;
  };
  /** Waits until the tasks of each service were asked for so often from now on. */
  const looks = async (count: number) => {
    const before = SERVICES.map(times);
    await waitUntil('further questions', () =>
      SERVICES.every((service, index) => times(service) >= (before[index] ?? 0) + count),
    );
  };

  test('asks DNS for nothing while a controller looks at a manager', async () => {
    const before = await commandsRun(redis.client, 'get');
    await waitUntil('a look', async () => (await commandsRun(redis.client, 'get')) > before);

    expect(dns.asked.filter((name) => name.startsWith('tasks.'))).toEqual([]);
  });

  test('else has tried last who was a task and is none, and nobody for what DNS does not say', async () => {
    await redis.client.del(OVERSEER);
    await looks(2);

    const told = await messages();
    dns.names.set('tasks.leaving', [addressOf('leaving', 2)]);
    dns.names.delete('tasks.nameless');
    dns.names.set('tasks.strange', ['127.0.9.9']);
    dns.names.set('tasks.empty', []);
    tell('new', 3);
    await routeTo('new', 3);
    dns.pointers.set(addressOf('dealt', 1), `another.1.${TASK_ID}.autodock`);
    dns.names.set('tasks.dealt', [addressOf('dealt', 2)]);

    await waitFor('the mark', async () => expect(await marked('leaving')).toEqual(['0']));
    const looked = times('leaving');
    await looks(3);
    for (const service of SERVICES.slice(1)) {
      expect(await marked(service), service).toEqual([]);
    }
    expect(told.length, 'one mark is enough for several looks').toBeLessThan(
      times('leaving') - looked,
    );
  });
});
