import { expect, onTestFinished, test } from 'vitest';
import { startFaultProxy } from '../parts/fault-proxy.ts';
import { type Front, request, startFront } from '../parts/front.ts';
import { seen, useFront } from '../parts/front-fixture.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

/** While Redis is away nobody's host is answered by another one's application. */
const rig = useFront({ backends: 3, env: { FRONT_WORKERS: '2' } });

/** A front that starts now, beside lists that are there already. */
async function begin(env: Readonly<Record<string, string>> = {}): Promise<Front> {
  const front = await startFront({ redisSocket: rig.redis.socket, env });
  onTestFinished(() => front.stop());
  return front;
}

function loseRedis(): void {
  rig.redis.kill('SIGKILL');
  onTestFinished(() => rig.redis.restart());
}

/** Whether it knows the lists of all hosts. */
async function knows(front: Front, isKnown: boolean, hears = true): Promise<void> {
  await waitFor('the front to know every host', async () =>
    // Once it hears of changes it reads all that was there before.
    expect(await front.status()).toMatchObject({ hosts_known: isKnown, tracking: hears }),
  );
}

/** Waits until all lists were read once more, by a front that does so now and again. */
async function readAgain(): Promise<void> {
  const stats = async () => await rig.redis.client.info('commandstats');
  await rig.redis.client.config('RESETSTAT');
  await waitFor('all to be read again', async () =>
    expect(Number(/cmdstat_scan:calls=(\d+)/.exec(await stats())?.[1])).toBeGreaterThan(2),
  );
}

async function answerer(front: Front, host: string): Promise<string | number> {
  const { status, body } = await request(front.port, host);
  return status === 200 ? seen(body).backend : status;
}

test.each([
  ['that hears of changes', {}, true],
  ['that does not', { FRONT_CACHE: 'off' }, false],
] as const)('a front %s knows lists that nobody asked for', async (_title, env, hears) => {
  await rig.route('*', rig.url(1));
  await rig.route('own.com', rig.url(2));
  await rig.route('*.ex.com', rig.url(3));
  const front = await begin(env);
  await knows(front, true, hears);
  expect(await front.log()).not.toContain('not every host is known');
  loseRedis();
  expect(await answerer(front, 'own.com')).toBe('B2');
  expect(await answerer(front, 'x.ex.com')).toBe('B3');
  expect(await answerer(front, 'nobody.test')).toBe('B1');
});

test('names are found beyond the first step, and whatever the prefix', async () => {
  const prefix = 'my[1]-';
  const many = rig.redis.client.pipeline();
  for (let n = 0; n < 3000; n += 1) many.rpush(`${prefix}frontend:${n}.com`, 'id', rig.url(2));
  many.rpush(`${prefix}frontend:*`, 'id', rig.url(1)).set('my1-frontend:other', 'x');
  await many.exec();
  const front = await begin({ FRONT_REDIS_PREFIX: prefix });
  await knows(front, true);
  loseRedis();
  for (const host of ['0.com', '1500.com', '2999.com']) {
    expect(await answerer(front, host)).toBe('B2');
  }
  expect(await answerer(front, '3000.com')).toBe('B1');
});

test.each([
  [
    'there are more hosts than FRONT_KNOWN_HOSTS',
    { FRONT_KNOWN_HOSTS: '2' },
    '+scan',
    'more than 2',
  ],
  ['the front may not SCAN', {}, '-scan', "'scan'"],
] as const)('if %s, a wildcard answers for none that was never asked for', async (...args) => {
  const [, env, right, complaint] = args;
  await rig.redis.client.call('ACL', 'SETUSER', 'default', right);
  onTestFinished(() => void rig.redis.client.call('ACL', 'SETUSER', 'default', '+scan'));
  await rig.route('*', rig.url(1));
  await rig.route('a.com', rig.url(2));
  for (let n = 0; n < 3; n += 1) await rig.route(`own-${n}.com`, rig.url(2));
  const front = await begin({ FRONT_WORKERS: '1', ...env });
  expect(await answerer(front, 'asked.test')).toBe('B1');
  expect(await answerer(front, 'a.com')).toBe('B2');
  await waitFor('the line', async () => expect(await front.log()).toContain(complaint));
  await knows(front, false);
  loseRedis();
  expect(await answerer(front, 'asked.test')).toBe('B1');
  expect(await answerer(front, 'a.com')).toBe('B2');
  const others = await Promise.all([0, 1, 2].map((n) => answerer(front, `own-${n}.com`)));
  expect(others).not.toContain('B1');
  expect(others).toContain(502);
  expect(await answerer(front, 'never.test')).toBe(502);
});

test('a host whose key is not a list is not answered by a wildcard either', async () => {
  await rig.route('*', rig.url(1));
  await rig.redis.client.set('frontend:text.com', 'no list');
  const front = await begin();
  await knows(front, true);
  loseRedis();
  expect(await answerer(front, 'text.com')).toBe(502);
  expect(await answerer(front, 'nobody.test')).toBe('B1');
});

test('a list that came is known without having been asked for, and one that went is not', async () => {
  await rig.route('*', rig.url(1));
  await rig.route('old.com', rig.url(2));
  const front = await begin({ FRONT_CACHE: 'off', FRONT_CACHE_TTL: '100ms', FRONT_WORKERS: '1' });
  await knows(front, true, false);
  await rig.redis.client.del('frontend:old.com');
  await rig.route('new.com', rig.url(3));
  await readAgain();
  await knows(front, true, false);
  loseRedis();
  expect(await answerer(front, 'new.com')).toBe('B3');
  expect(await answerer(front, 'old.com')).toBe('B1');
});

test('a list that went is known to have gone, also if Redis dies while it is looked for once more', async () => {
  const proxy = await startFaultProxy(rig.redis.socket);
  onTestFinished(() => proxy.stop());
  await rig.route('*', rig.url(1));
  await rig.route('old.com', rig.url(2));
  const redis = { FRONT_REDIS: `127.0.0.1:${proxy.port}` };
  const front = await begin({ ...redis, FRONT_CACHE: 'off', FRONT_CACHE_TTL: '100ms' });
  await knows(front, true, false);
  await rig.redis.client.del('frontend:old.com');
  await readAgain();
  // Whoever did not hear Redis for a moment knows no longer, and could not find out from here on.
  await knows(front, true, false);
  let lost = 0;
  proxy.judge((bytes) => {
    const isLost = bytes.includes('frontend:old.com');
    if (isLost) lost += 1;
    return isLost ? 'cut' : 'pass';
  });
  await waitUntil('the front to have looked for it', () => lost > 0);
  loseRedis();
  expect(await answerer(front, 'old.com')).toBe('B1');
});

test('a list of which the front heard, but could not read it, is not replaced by a wildcard', async () => {
  const proxy = await startFaultProxy(rig.redis.socket);
  onTestFinished(() => proxy.stop());
  await rig.route('*', rig.url(1));
  const front = await begin({ FRONT_REDIS: `127.0.0.1:${proxy.port}` });
  await knows(front, true);
  let lost = 0;
  proxy.judge((bytes, direction) => {
    const isLost = direction === 'reply' && bytes.includes('/unread');
    if (isLost) lost += 1;
    return isLost ? 'cut' : 'pass';
  });
  await rig.route('new.com', `${rig.url(2)}/unread`);
  await waitUntil('the front to have tried', () => lost > 0);
  loseRedis();
  await waitFor('the outage', async () =>
    expect(await front.status()).toMatchObject({ routes: 'last known' }),
  );
  expect(await answerer(front, 'new.com')).toBe(502);
  expect(await answerer(front, 'nobody.test')).toBe('B1');
});
