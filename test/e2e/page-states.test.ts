import { expect, onTestFinished } from 'vitest';
import { startFakeDocker } from '../fakes/docker-daemon.ts';
import { ageLease, SHORT_LEASE } from '../parts/age-lease.ts';
import { browserTest as test } from '../parts/browser.ts';
import { openFakeSystem, runSimulated } from '../parts/fake-system.ts';
import { openPage } from '../parts/viewer.ts';
import { waitFor } from '../parts/wait-for.ts';

const MANY_CONTAINERS = 10;
const HOSTS_OF_EACH = 100;

test('says that all is well, with no route and how to get one, then with all that there is of each', async ({
  browser,
}) => {
  const { controller, redis, routed, run, routes } = await openFakeSystem();
  const seen = await openPage(browser, controller.baseUrl);

  await seen.reads('All is well');
  await seen.page.locator('#first-steps').waitFor();
  expect(await seen.textOf('#first-steps')).toContain('-e VIRTUALHOST=hello.local');
  expect(await seen.textOf('#parts')).toMatch(
    /Docker.*up.*Redis.*up.*Events.*up.*Last pass.*Owner/,
  );
  expect(await seen.page.title()).toMatch(/^autodock · /);
  await waitFor('the plan', async () => {
    expect(await seen.textOf('#plan-text')).toMatch(/^In sync/);
  });
  await seen.picture('no routes');

  const web = await routed('shop.test', { name: 'shop-web' });
  await redis.client.rpush('frontend:shop.test', 'http://192.168.1.9:80');
  const api = run('api.test', { name: 'shop-api', labels: { 'autodock.weight': '3' } });
  await routes.becomes('api.test', [api.url, api.url, api.url]);
  await routed('*.tenants.test', { name: 'tenants' });

  await waitFor('all rows', async () => {
    const rows = await seen.page.locator('#route-list > li').allTextContents();
    expect(rows).toEqual([
      expect.stringMatching(/^\*\.tenants\.test.* tenants$/),
      `api.test${api.url} weight 3 shop-api`,
      `shop.test${web.url} shop-webhttp://192.168.1.9:80foreign`,
    ]);
    expect(await seen.textOf('#sum')).toBe('3 hosts on 4 backends · 3 containers run');
    expect(await seen.textOf('#change-list')).toContain('create api.test by ');
  });
  await seen.reads('All is well');
  await seen.picture('three routes');
});

test('shows a thousand routes, and finds one of them', async ({ browser }) => {
  const { controller } = await openFakeSystem({
    before: ({ world }) => {
      for (let container = 0; container < MANY_CONTAINERS; container += 1) {
        const hosts = Array.from(
          { length: HOSTS_OF_EACH },
          (_, host) => `h${host}.c${container}.test`,
        );
        world.start(world.create({ env: [`VIRTUALHOST=${hosts.join(' ')}`] }));
      }
    },
  });
  const seen = await openPage(browser, controller.baseUrl);

  await waitFor('all routes', async () => {
    expect(await seen.page.locator('#route-list > li').count()).toBe(1_000);
  });
  await seen.reads('All is well');
  await seen.picture('a thousand routes');

  await seen.page.locator('#search').fill('h42.c7.test');
  await waitFor('the one', async () => expect(await seen.routes()).toEqual(['h42.c7.test']));
  expect(await seen.textOf('#found')).toMatch(/^1 routes?, 0 not routed, \d+ changes?$/);
});

test('opens a host by a link, on the port of the front, and no wildcard', async ({ browser }) => {
  const { controller, run } = await openFakeSystem({
    env: { AUTODOCK_FRONT_ADDRESSES: '0.0.0.0:8080' },
  });
  run('shop.test *.tenants.test');
  const seen = await openPage(browser, controller.baseUrl);
  await waitFor('both routes', async () => expect(await seen.routes()).toHaveLength(2));

  const asked = new Promise<string>((resolve) => {
    void seen.page.route('http://shop.test:8080/**', async (route) => {
      resolve(JSON.stringify(route.request().headers()));
      await route.fulfill({ body: 'the shop' });
    });
  });
  expect(await seen.page.locator('#route-list a').allTextContents()).toEqual(['shop.test']);
  await seen.page.locator('#route-list a').click();
  // Not a word to the application of who looked at it from where.
  expect(await asked).not.toContain('referer');
  await seen.page.waitForURL('http://shop.test:8080/');
});

test('shows the last twenty changes, and the older ones on demand', async ({ browser }) => {
  const hosts = Array.from({ length: 25 }, (_, n) => `h${String(n).padStart(2, '0')}.test`);
  const { controller } = await openFakeSystem({
    before: ({ world }) => world.start(world.create({ env: [`VIRTUALHOST=${hosts.join(' ')}`] })),
  });
  const seen = await openPage(browser, controller.baseUrl);
  const older = seen.page.locator('#older-list > li');
  await waitFor('the last', async () => {
    expect(await seen.page.locator('#change-list > li').count()).toBe(20);
    expect(await seen.textOf('#change-count')).toBe('25');
  });
  expect(await older.first().isVisible()).toBe(false);
  await seen.picture('changes folded');

  await seen.page.locator('#older summary').press('Enter');
  expect(await older.allTextContents()).toEqual(
    hosts
      .slice(0, 5)
      .toReversed()
      .map((host) => expect.stringContaining(`create ${host}`)),
  );
  expect(await older.first().isVisible()).toBe(true);
  await older.last().scrollIntoViewIfNeeded();
  await seen.picture('changes unfolded');

  await seen.page.locator('#search').fill('h03');
  await waitFor('what is found among the older ones', async () => {
    expect(await seen.page.locator('#change-list > li').allTextContents()).toEqual([
      expect.stringContaining('h03.test'),
    ]);
  });
  expect(await seen.page.locator('#older').isVisible()).toBe(false);
});

test('calls an owner as its engine is called, shows what is its, and says first that its lease is over', async ({
  browser,
}) => {
  const { controller, another, routed, redis } = await openFakeSystem({
    docker: { name: 'host-a' },
    env: SHORT_LEASE,
  });
  await routed('shop.test');
  const engine = await startFakeDocker({ id: 'OTHER:ENGINE', name: 'host-b' });
  onTestFinished(engine.close);
  const { url } = runSimulated(engine, 'shop.test', { ipv4: '10.88.0.1' });
  const other = await another({}, engine);
  const seen = await openPage(browser, controller.baseUrl);

  await waitFor('both engines', async () => {
    expect(await seen.textOf('#parts')).toMatch(/Owner\s*host-a\s*beside host-b/);
    expect(await seen.textOf('#route-list')).toMatch(new RegExp(`${url} fake-0owner host-b`));
  });
  expect(await seen.page.locator('#route-list .badge').getAttribute('title')).toBe('OTHER:ENGINE');
  await waitFor('the plan', async () => {
    expect(await seen.textOf('#plan-text')).toMatch(/owner host-a[.:]/);
  });
  await seen.picture('two owners');

  await routed('own.test');
  await waitFor('all routes', async () => expect(await seen.routes()).toHaveLength(2));
  await waitFor('both hosts, and their signs of life', async () => {
    expect(await seen.page.locator('#host-list > li').allTextContents()).toEqual([
      expect.stringMatching(/^host-athis hostlast sign \d+ s ago, lease 10.0 s, version /),
      expect.stringMatching(/^host-blast sign \d+ s ago, lease 10.0 s, container, version /),
    ]);
  });
  await seen.page.locator('#host').selectOption('OTHER:ENGINE');
  await waitFor('its routes', async () => expect(await seen.routes()).toEqual(['shop.test']));
  expect(await seen.textOf('#found')).toMatch(/^1 routes/);

  await other.end('SIGKILL');
  await ageLease(redis.client, 60_000, 'OTHER:ENGINE');
  await seen.reads(/^Host host-b gives no sign of life/);
  const [problem] = await seen.seesProblems(/Host host-b gives no sign of life/);
  expect(problem).toMatch(/Its lease of 10\.0 s is over.*--forget host-b\./);
  expect(await seen.textOf('#host-list > li.lapsed h3')).toBe('host-blapsed');
  await seen.picture('a lapsed host');
  // It leaves, and is back: whoever chose it sees all hosts, and that all are shown.
  const chosen = await seen.page.evaluate(`(async () => {
    const { createShowHosts } = await import('/page/show-hosts.js');
    const show = createShowHosts();
    const unknown = { lastSignAt: null, leaseMs: null, also: '' };
    const row = (owner) => ({ owner, name: owner, isThis: false, state: 'live', ...unknown });
    show([row('a'), row('b')]);
    document.getElementById('host').value = 'b';
    return [['a', 'b'], ['a'], ['a', 'b']].map((owners) => show(owners.map(row)));
  })()`);
  expect(chosen).toEqual(['b', '', '']);
});

test('says of containers that are not routed what was seen and what to write', async ({
  browser,
}) => {
  const { controller, fake, run } = await openFakeSystem();
  const start = (name: string, env: readonly string[]) =>
    fake.world.start(fake.world.create({ name, env }));
  start('wrong-port', ['VIRTUALHOST=port.test', 'PORT=8080']);
  const seen = await openPage(browser, controller.baseUrl);

  await seen.reads('wrong-port is not routed as asked');
  await seen.seesProblems(/PORT=8080 is not exposed.*Add EXPOSE 8080/s);

  start('near-miss', ['VIRTUAL_HOST=near.test']);
  run('bad/name.test', { name: 'bad-name' });
  run('later.test', { name: 'starts', health: 'starting' });
  await seen.reads('2 things to look at');
  await seen.seesProblems(
    /1 host is held: clients get 503.*later\.test/s,
    /2 containers not routed as asked.*bad-name, wrong-port/s,
  );
  const rejected = await seen.page.locator('#rejected-list > li').allTextContents();
  expect(rejected).toEqual([
    expect.stringMatching(/^bad-name.*bad-vhost.*bad\/name\.test/),
    expect.stringMatching(/^wrong-port.*port-not-exposed/),
    expect.stringMatching(/^near-miss.*hint.*VIRTUALHOST/),
    expect.stringMatching(/^starts.*starting.*HEALTHCHECK/),
  ]);
  await seen.picture('rejections');
});
