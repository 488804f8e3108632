import { expect, test } from 'vitest';
import { CHANGE_KINDS } from '../../src/model/plan.ts';
import { PASS_RESULTS, TRIGGER_REASONS, type TriggerReason } from '../../src/model/trigger.ts';
import { ageLease, SHORT_LEASE } from '../parts/age-lease.ts';
import {
  coveredApi,
  killMost,
  provokeStray,
  provokeTrigger,
  shutUntilMissed,
} from '../parts/covered-api.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { noteFirstDown } from '../parts/front-notes.ts';
import { drainOne, TWO_VERSIONS, takeTwoOff } from '../parts/orders.ts';
import { createUnionCoverage, type UnionCoverage } from '../parts/union-coverage.ts';
import { waitFor } from '../parts/wait-for.ts';

/** No pass comes by itself. */
const STILL = { AUTODOCK_RESYNC_INTERVAL: '1h' };

/** While neither side answers, and once both do. */
async function tellsOfSides(coverage: UnionCoverage): Promise<void> {
  const { fake, redis, controller, routed } = await openFakeSystem({
    env: STILL,
    before: (engine) => engine.fail('version', { kind: 'hang' }),
    ready: false,
  });
  const api = await coveredApi(controller, coverage);
  expect(await api.status()).toMatchObject({ engine: null, owner: null, lastPass: null });
  fake.heal();
  await fake.shut();
  await waitFor('a failure for want of Docker', async () => {
    expect((await api.status()).lastPass?.error).toMatch(/Docker/);
  });
  await api.changes();
  await fake.open();
  await controller.waitReady();
  await routed('shop.test');
  await api.all();
  redis.kill('SIGKILL');
  await waitFor('dead marks that nobody can tell', async () => {
    const told = await api.answers('/api/v1/routes', 200);
    const route = { vhost: 'shop.test', dead: null, failures: null };
    expect(told).toMatchObject({ routes: [{ ...route, backends: [{ unproven: null }] }] });
    expect((await api.status()).redis.up).toBe(false);
  });
}

/** One container for each reason why a container is not routed. */
async function tellsOfContainers(coverage: UnionCoverage): Promise<void> {
  const { fake, run, routed, another, redis, controller } = await openFakeSystem({
    env: { ...STILL, AUTODOCK_FRONT_ADDRESSES: '10.99.0.1:80' },
  });
  const stale = await routed('stale.test');
  fake.lag([stale.id]);
  fake.world.exit(stale.id);
  const fresh = run('fresh.test');
  fake.world.kill(run('stopping.test', { deaf: true }).id, 15);
  await drainOne(redis, run('drained.test').id);
  await takeTwoOff(redis);
  for (const labels of TWO_VERSIONS) run('versions.test', { labels });
  for (const time of ['1m', '2m']) run('times.test', { labels: { 'autodock.timeout': time } });
  run('bad/name.test');
  run('port.test', { env: ['VIRTUALHOST=port.test', 'PORT=0'] });
  run('unexposed.test', { env: ['VIRTUALHOST=unexposed.test', 'PORT=81'] });
  run('nowhere.test', { labels: { 'autodock.network': 'nowhere' } });
  run('lan.test', { network: 'macvlan' });
  run('older.test', { network: `container:${fresh.id}`, startedAt: '2001-01-01T00:00:00Z' });
  run('starting.test', { health: 'starting' });
  run('unhealthy.test', { health: 'unhealthy' });
  fake.world.pause(run('paused.test').id);
  fake.world.exit(run('restarting.test').id, true);
  run('disabled.test', { labels: { 'autodock.enable': 'false' } });
  run('task.test', { labels: { 'com.docker.compose.oneoff': 'True' } });
  run('label.test', { labels: { 'autodock.host': 'label.test', 'autodock.weight': 'x' } });
  for (let n = 0; n < 11; n += 1) run('full.test', { labels: { 'autodock.weight': '100' } });
  run('loop.test', { ipv4: '10.99.0.1' });
  run('silent.test', { env: ['VIRTUAL_HOST=silent.test'] });
  const unread = fake.world.create();
  fake.fail('inspect', { kind: 'status', status: 500, message: 'no' }, { id: unread });
  fake.world.start(unread);
  const api = await coveredApi(controller, coverage);
  const published = await another({ AUTODOCK_OWNER: 'other', AUTODOCK_ADDRESS: 'published' });
  await published.waitReady();
  await (await coveredApi(published, coverage)).all();
  await waitFor('all of them', async () => {
    const told = JSON.stringify(await api.answers('/api/v1/containers', 200));
    const late = ['stale-address', 'limit', 'unreadable', 'restarting', 'stopping', 'drained'];
    for (const word of late) expect(told).toContain(`"${word}"`);
    await noteFirstDown(redis, 'fresh.test', fresh.url);
    const routes = JSON.stringify(await api.answers('/api/v1/routes', 200));
    expect(routes).toMatch(/"unproven":true.*"host":"fresh.test","slots":\[0\],"expiresInMs":null/);
  });
  await api.all();
  await waitFor('a plan to create and to delete', async () => {
    const { id } = await routed(`old-${Date.now()}.test`);
    fake.events.lose(true);
    fake.world.kill(id);
    run(`new-${Date.now()}.test`);
    fake.events.lose(false);
    const plan = await api.answers('/api/v1/plan', 200);
    expect(plan).toMatchObject({
      changes: [
        { kind: 'create', before: null },
        { kind: 'delete', after: null },
      ],
    });
  });
}

/** Each kind of change, and whatever a list can hold. */
async function tellsOfChanges(coverage: UnionCoverage): Promise<void> {
  const { fake, run, routed, routes, redis, controller, another } = await openFakeSystem({
    env: { ...STILL, ...SHORT_LEASE, AUTODOCK_HOLD: '1s' },
  });
  const api = await coveredApi(controller, coverage);
  const shop = await routed('shop.test');
  run('shop.test');
  await redis.client.rpush('frontend:shop.test', 'http://192.168.1.9:80');
  await redis.client.sadd('dead:shop.test', '0');
  await redis.client.expire('dead:shop.test', 100);
  await redis.client.rpush('frontend:claimed.test', 'claimed.test', 'http://10.77.0.1:80');
  run('claimed.test', { ipv4: '10.77.0.1' });
  const typed = await routed('typed.test');
  const gone = await routed('gone.test');
  fake.world.kill(gone.id);
  await routes.isGone('gone.test');
  const other = await another({ AUTODOCK_OWNER: 'another' });
  await other.waitReady();
  await waitFor('a host that is live, and its own lease', async () => {
    const { otherOwners, lease } = await api.status();
    const states = otherOwners.map(({ state }) => state);
    expect([...states, lease.renewedAt]).toEqual(['live', expect.any(String)]);
  });
  await other.end();
  await ageLease(redis.client, 60_000, 'another');
  await redis.client.zadd('autodock:owners', '1', 'of-no-engine', '4000000000000', 'ahead');
  await waitFor('what the other engine is called', async () => {
    const { otherOwners } = await api.status();
    expect(otherOwners.map(({ engine, state }) => [engine, state])).toEqual([
      [null, 'unknown'],
      [expect.any(String), 'lapsed'],
      [null, 'unknown'],
    ]);
  });
  await api.all();
  await redis.client.set('frontend:typed.test', 'not a list');
  fake.world.kill(shop.id);
  fake.world.kill(typed.id);
  await waitFor('the fault', async () => expect((await api.status()).faults).toHaveLength(1));
  await api.all();
  await waitFor('a claim without its entry to go', async () => {
    const host = `released-${Date.now()}.test`;
    const { id, url } = await routed(host);
    await redis.client.rpush(`frontend:${host}`, 'http://192.168.1.9:80');
    fake.events.lose(true);
    fake.world.kill(id);
    await redis.client.lrem(`frontend:${host}`, 0, url);
    fake.events.lose(false);
    await controller.reconcile();
    await waitFor('the claim to go', async () => expect(await routes.claim(host)).toBeNull());
    await api.changes();
    expect(coverage.has(CHANGE_KINDS, 'release')).toBe(true);
  });
}

/** Each trigger, and each end of a pass. */
async function tellsOfPasses(coverage: UnionCoverage): Promise<void> {
  const system = await openFakeSystem({
    env: {
      ...STILL,
      ...SHORT_LEASE,
      ...{ AUTODOCK_HOLD: '300ms', AUTODOCK_STOPPING: '300ms' },
      ...{ AUTODOCK_GUARD_MIN_DELETES: '2', AUTODOCK_GUARD_CONFIRM_AFTER: '1s' },
    },
  });
  const { fake, redis, controller, routed } = system;
  const api = await coveredApi(controller, coverage);
  const provoke = (reason: TriggerReason, act: () => unknown) =>
    provokeTrigger(coverage, api, reason, act);
  await provoke('start', async () => {
    await controller.end('SIGKILL');
    system.run(`start-${Date.now()}.test`);
    await controller.restart();
    await controller.waitReady();
  });
  await provoke('event', () => routed(`event-${Date.now()}.test`));
  await provoke('api', () => controller.reconcile());
  await provoke('signal', () => controller.signal('SIGHUP'));
  await provoke('stream_down', () => fake.events.cut('reset'));
  await provoke('stream', () => fake.events.cut('reset'));
  await provoke('settle', () => undefined);
  await provoke('hold', async () => {
    const { id } = await routed(`held-${Date.now()}.test`);
    fake.world.kill(id);
  });
  await provoke('guard', () => killMost(system, api));
  // After the guard, which counts in how many hosts it is at work: these live on.
  await provoke('stopping', async () => {
    const { id } = await routed(`stopping-${Date.now()}.test`, { deaf: true });
    fake.world.kill(id, 15);
  });
  await provoke('order', async () => {
    await drainOne(redis, (await routed(`drain-${Date.now()}.test`)).id);
  });
  await provoke('inspection', () => {
    fake.fail('inspect', { kind: 'drip', everyMs: 1 }, { times: 1 });
    return routed(`slow-${Date.now()}.test`);
  });
  await provoke('docker', async () => {
    await shutUntilMissed(system, api);
    await fake.open();
  });
  await provoke('restart', async () => {
    await shutUntilMissed(system, api);
    fake.fail('ping', { kind: 'hang' });
    await fake.open();
  });
  fake.heal('ping');
  await provoke('retry', async () => {
    fake.fail('list', { kind: 'status', status: 500, message: 'no' }, { times: 1 });
    await controller.reconcile();
  });
  await provoke('redis', () => redis.restart());
  await provoke('lease', () => ageLease(redis.client, 60_000));
  await waitFor('a fenced pass, and the one after it', async () => {
    const [owner] = await redis.client.zrange('autodock:owners', '0', '0');
    await redis.client.zadd('autodock:owners', String(Date.now() + 3_600_000), String(owner));
    fake.world.start(fake.world.create({ env: [`VIRTUALHOST=fenced-${Date.now()}.test`] }));
    await api.status();
    expect(coverage.has(PASS_RESULTS, 'fenced')).toBe(true);
    expect(coverage.has(TRIGGER_REASONS, 'fenced')).toBe(true);
  });
  await controller.restart({
    AUTODOCK_DOCKER_EVENTS: 'false',
    AUTODOCK_RESYNC_INTERVAL: '500ms',
  });
  const restarted = await coveredApi(controller, coverage);
  await provokeTrigger(coverage, restarted, 'resync', () => provokeStray(system, restarted));
}

test('each thing that an answer may be is one that it is, as it is described', async () => {
  const coverage = createUnionCoverage();
  await tellsOfSides(coverage);
  await tellsOfContainers(coverage);
  await tellsOfChanges(coverage);
  await tellsOfPasses(coverage);
  expect(coverage.unseen(), 'provoke these here too, or take them out of src/answers').toEqual([]);
}, 900_000); // Four systems one after another: on a busy machine that is minutes.
