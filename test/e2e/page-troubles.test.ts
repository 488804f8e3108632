import { expect } from 'vitest';
import { browserTest as test } from '../parts/browser.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { noteFailure, noteUnproven } from '../parts/front-notes.ts';
import { openPage } from '../parts/viewer.ts';
import { waitFor } from '../parts/wait-for.ts';

test('puts routes that serve nobody on top, with what to do', async ({ browser }) => {
  const { controller, fake, redis, routed, run, routes } = await openFakeSystem();
  await routed('all-dead.test', { name: 'gone' });
  const first = await routed('half-dead.test', { name: 'half' });
  const second = run('half-dead.test');
  await routes.becomes('half-dead.test', [first.url, second.url]);
  await routed('well.test');
  const silent = await routed('silent.test', { name: 'silent' });
  await noteUnproven(redis, 'silent.test', silent.url);
  await redis.client.sadd('dead:all-dead.test', '0');
  await redis.client.pexpire('dead:all-dead.test', 600_000);
  await redis.client.sadd('dead:half-dead.test', '1');
  await redis.client.set('frontend:taken.test', 'not a list');
  run('taken.test');
  run('held.test', { health: 'starting' });
  const unread = fake.world.create({ name: 'unread', env: ['VIRTUALHOST=unread.test'] });
  fake.fail('inspect', { kind: 'status', status: 500, message: 'not now' }, { id: unread });
  fake.world.start(unread);
  const seen = await openPage(browser, controller.baseUrl);

  await seen.seesProblems(
    /Wrong.*taken\.test is left alone.*frontend:taken\.test holds/s,
    /Wrong.*1 host with no backend that answers.*all-dead\.test.*docker logs gone/s,
    /Wrong.*1 host whose backends accept no connection.*silent\.test.*docker logs silent/s,
    /Look.*1 container cannot be read now.*unread/s,
    /Look.*1 host is held: clients get 503.*held\.test/s,
    /Look.*1 host with a backend that does not answer.*half-dead\.test/s,
  );
  await seen.reads('3 things are wrong, 3 to look at');
  expect(await seen.routes()).toEqual([
    'all-dead.test',
    'silent.test',
    'held.test',
    'half-dead.test',
    'well.test',
  ]);
  expect(await seen.textOf('#route-list > li.dead')).toMatch(/all dead.*dead, (9|10) min left$/);
  expect(await seen.page.title()).toMatch(/^6 problems · autodock/);
  await seen.picture('troubled routes');

  await redis.client.del('dead:all-dead.test');
  await waitFor('the mark to be gone', async () => {
    expect(await seen.page.locator('#route-list > li.dead').count()).toBe(0);
  });
});

test('says which side is down since when, and takes it back when it is up', async ({ browser }) => {
  const { controller, fake, redis, routed } = await openFakeSystem();
  await routed('stays.test');
  const seen = await openPage(browser, controller.baseUrl);
  await seen.reads('All is well');

  fake.fail('events', { kind: 'status', status: 403, message: 'not allowed' });
  fake.events.cut('end');
  await seen.reads('Docker sends no events');
  await seen.seesProblems(/Since .*403.*Changes are seen at the next resync.*GET \/events/s);
  await seen.picture('event stream down');

  fake.heal();
  await fake.shut();
  await seen.reads('Docker does not answer');
  await seen.seesProblems(/Since .*Routes stay as they are.*AUTODOCK_DOCKER_HOST/s);
  await seen.picture('Docker down');
  await fake.open();
  await seen.reads('All is well');

  redis.kill('SIGKILL');
  await seen.reads('Redis does not answer');
  await seen.seesProblems(/Since .*Routes stay as they are.*AUTODOCK_REDIS_URL/s);
  expect(await seen.routes()).toEqual(['stays.test']);
  await waitFor('the plan to say why there is none', async () => {
    expect(await seen.textOf('#plan-text')).toMatch(/^Redis/);
  });
  await seen.picture('Redis down');
  await redis.restart();
  await seen.reads('All is well');
});

test('says what is missing before the first pass', async ({ browser }) => {
  const { controller } = await openFakeSystem({
    before: (_, redis) => redis.kill('SIGKILL'),
    ready: false,
  });
  await waitFor('the page to be served', () => controller.probe('/healthz'));
  const seen = await openPage(browser, controller.baseUrl);

  await seen.reads('Redis does not answer');
  expect(await seen.textOf('#route-note')).toBe('Not read yet.');
});

test('says what the guard puts off', async ({ browser }) => {
  const { controller, fake, routed } = await openFakeSystem({
    env: { AUTODOCK_GUARD_MIN_DELETES: '2', AUTODOCK_GUARD_CONFIRM_AFTER: '1h' },
  });
  const simulated = [await routed('a.test'), await routed('b.test'), await routed('c.test')];
  const seen = await openPage(browser, controller.baseUrl);
  await seen.reads('All is well');

  // Seen by one look alone, so that it is one plan.
  fake.events.lose(true);
  for (const { id } of simulated) fake.world.kill(id);
  fake.events.lose(false);
  await seen.reads('The guard puts off 3 removals');
  await seen.seesProblems(/a\.test, b\.test, c\.test.*docker ps.*guard\.confirmAfter/s);
  await seen.picture('guard refusing');
});

test('shows the last failures of a host, the newest first', async ({ browser }) => {
  const { controller, redis, routed } = await openFakeSystem();
  const { url } = await routed('failing.test');
  await routed('well.test');
  const seen = await openPage(browser, controller.baseUrl);
  const failures = seen.page.locator('#route-list .failures');
  await waitFor('both', async () => expect(await seen.routes()).toHaveLength(2));
  expect(await failures.count()).toBe(0);

  await noteFailure(redis, 'failing.test', url);
  await waitFor('one', async () => {
    const words = `502 (closed), GET failing.test, ${url}`;
    expect(await failures.allInnerTexts()).toEqual([expect.stringContaining(words)]);
  });
  await noteFailure(redis, 'failing.test', 'http://10.0.0.9:80');
  await waitFor('the other one before it', async () => {
    expect(await failures.locator('summary').allInnerTexts()).toEqual([
      expect.stringContaining('http://10.0.0.9:80'),
    ]);
  });
  await failures.locator('summary').click();
  expect(await failures.locator('li').allInnerTexts()).toEqual([expect.stringContaining(url)]);
  expect(seen.complaints).toEqual([]);
});
