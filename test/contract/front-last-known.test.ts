import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { useFront } from '../parts/front-fixture.ts';
import { hasRead, standsStill, workersOf } from '../parts/front-processes.ts';
import { monitorRedis } from '../parts/redis-monitor.ts';
import { past, waitFor } from '../parts/wait-for.ts';

/** What has changed in Redis since anybody asked is known when it goes. */
const rig = useFront({ backends: 2, env: { FRONT_WORKERS: '2', FRONT_REDIS_TIMEOUT: '10s' } });

function loseRedis(): void {
  rig.redis.kill('SIGKILL');
  onTestFinished(() => rig.redis.restart());
}

beforeEach(async () => {
  await waitFor('the front to hear of changes', async () => {
    expect(await rig.front.status()).toMatchObject({ tracking: true, routes: 'redis' });
    expect(await rig.answerer('nobody.test')).toBe(404);
  });
});

const OPTIONS = 'autodock:options:';
const WRITES = new Set(['rpush', 'lset', 'del', 'set', 'flushall']);
/** What leaves no list: then the front also asks whether Redis has lost what it held. */
const REMOVALS = new Set(['del', 'flushall']);

/** Changes the list of a vhost, and waits until the front has read it anew, without being asked. */
async function change(vhost: string, act: () => Promise<unknown>): Promise<void> {
  const { seen, answered, close } = await monitorRedis(rig.redis.socket);
  await act();
  await waitFor('the front to read it', () => {
    const changed = seen.findIndex(({ words: [name = ''] }) => WRITES.has(name));
    expect(changed).not.toBe(-1);
    const after = seen.slice(changed).map(({ words: [name, key] }) => `${name} ${key}`);
    const read = after.indexOf(`lrange frontend:${vhost}`);
    expect(read).not.toBe(-1);
    const isRemoved = REMOVALS.has(seen[changed]?.words[0] ?? '');
    if (isRemoved) expect(after.slice(read)).toContain('zrange autodock:owners');
    // With each list it asks for the options, and what Redis tells of the one alone is not used.
    else expect(after.slice(read)).toContain(`hgetall ${OPTIONS}${vhost}`);
  });
  await answered();
  close();
}

async function becomes(host: string, answer: string | number): Promise<void> {
  await waitFor(`${host} to be ${answer}`, async () =>
    expect(await rig.answerer(host)).toBe(answer),
  );
}

test.each(['a.com', '*.ex.com'])('another backend of %s', async (vhost) => {
  const host = vhost.replace('*', 'x');
  await rig.route(vhost, rig.url(1));
  await rig.answerer(host);
  await change(vhost, () => rig.redis.client.lset(`frontend:${vhost}`, 1, rig.url(2)));
  loseRedis();
  await becomes(host, 'B2');
});

test('a more exact list', async () => {
  await rig.route('*.ex.com', rig.url(1));
  await rig.answerer('x.ex.com');
  await change('x.ex.com', () => rig.route('x.ex.com', rig.url(2)));
  loseRedis();
  await becomes('x.ex.com', 'B2');
});

test('a route that has gone, and one that has come again', async () => {
  await rig.route('a.com', rig.url(1));
  await rig.route('b.com', rig.url(1));
  for (const host of ['a.com', 'b.com']) await rig.answerer(host);
  for (const host of ['a.com', 'b.com']) {
    await change(host, () => rig.redis.client.del(`frontend:${host}`));
  }
  await change('b.com', () => rig.route('b.com', rig.url(2)));
  loseRedis();
  await becomes('a.com', 502);
  await becomes('b.com', 'B2');
});

test('a change while the front heard of none', async () => {
  await rig.route('a.com', rig.url(1));
  await rig.answerer('a.com');
  await change('a.com', () =>
    rig.redis.client
      .multi()
      .call('CLIENT', 'KILL', 'TYPE', 'pubsub')
      .lset('frontend:a.com', 1, rig.url(2))
      .exec(),
  );
  loseRedis();
  await becomes('a.com', 'B2');
});

test('that everything has gone at once', async () => {
  await rig.route('a.com', rig.url(1));
  await rig.answerer('a.com');
  await change('a.com', () => rig.redis.client.flushall());
  loseRedis();
  await becomes('a.com', 502);
});

test('a list in place of which there is something else: as it was', async () => {
  await rig.route('*.ex.com', rig.url(1));
  await rig.route('x.ex.com', rig.url(2));
  await rig.answerer('x.ex.com');
  await change('x.ex.com', () => rig.redis.client.set('frontend:x.ex.com', 'no list'));
  expect(await rig.answerer('x.ex.com')).toBe(502);
  loseRedis();
  await becomes('x.ex.com', 'B2');
});

test('a change that another worker answers behind', async () => {
  const [reader = 0, other = 0] = await workersOf(rig.front);
  onTestFinished(() => {
    for (const worker of [reader, other]) process.kill(worker, 'SIGCONT');
  });
  await change('late.com', () => rig.route('late.com', rig.url(1)));
  // The other worker asks, Redis answers, and before it reads the answer the list changes.
  await rig.redis.client.config('RESETSTAT');
  rig.redis.kill('SIGSTOP');
  process.kill(reader, 'SIGSTOP');
  await standsStill(reader);
  // Twice, as the kernel may wake the one for the first that cannot answer.
  const answers = Promise.all([rig.answerer('late.com'), rig.answerer('late.com')]);
  answers.catch(() => undefined); // decided: what they wait for below says more
  await hasRead(rig.front);
  await past(1_000); // from there it asks Redis without waiting for anybody
  process.kill(other, 'SIGSTOP');
  rig.redis.kill('SIGCONT');
  await waitFor('the answer', async () =>
    expect(await rig.redis.client.info('commandstats')).toContain('cmdstat_lrange'),
  );
  process.kill(reader, 'SIGCONT');
  await change('late.com', () => rig.redis.client.lset('frontend:late.com', 1, rig.url(2)));
  process.kill(other, 'SIGCONT');
  expect(await answers).toContain('B1');
  loseRedis();
  await becomes('late.com', 'B2');
});
