import { describe, expect, onTestFinished, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { type FakeDocker, startFakeDocker } from '../fakes/docker-daemon.ts';
import { ageLease } from '../parts/age-lease.ts';
import { timed } from '../parts/budget.ts';
import { runCommand, startController } from '../parts/controller.ts';
import { type FakeSystem, openFakeSystem, runSimulated } from '../parts/fake-system.ts';
import { aPassLater, logged, logHas, passesFail, statusOf } from '../parts/looks.ts';
import { waitFor } from '../parts/wait-for.ts';

async function engine(id: string): Promise<FakeDocker> {
  const fake = await startFakeDocker({ id, name: id.toLowerCase() });
  onTestFinished(fake.close);
  return fake;
}

describe('P3: two processes of one owner', () => {
  test('P3: agree, no list flaps, and each says once that it was fenced', async () => {
    const system = await openFakeSystem();
    const second = await system.another();
    await second.waitReady();
    const steady = await system.routed('steady.test');
    const watch = system.routes.watch('steady.test');

    for (let round = 0; round < 10; round += 1) {
      const { id } = await system.routed(`round-${round}.test`);
      system.fake.world.kill(id);
      await system.routes.isGone(`round-${round}.test`);
    }

    await watch.stop();
    expect(watch.history('steady.test')).toEqual([['steady.test', steady.url]]);
    expect(await system.redis.client.zcard('autodock:owners')).toBe(1);
    for (const controller of [system.controller, second]) await oneWarningEach(controller);
  });

  test('P3: agree on a thousand frontends that change at once', async () => {
    const COUNT = 1_000;
    const system = await openFakeSystem({
      env: {
        AUTODOCK_DOCKER_TIMEOUT: '30s',
        AUTODOCK_GUARD_MAX_DELETE_PERCENT: '100',
        AUTODOCK_REDIS_TIMEOUT: '30s',
        AUTODOCK_LEASE: '90s',
      },
    });
    const second = await system.another();
    const steady = await system.routed('steady.test');
    const watch = system.routes.watch('steady.test');
    const { world } = system.fake;

    const ids = Array.from({ length: COUNT }, (_, n) => system.run(`crowd-${n}.test`).id);
    await keysAre(system, COUNT + 1);
    for (const id of ids) world.kill(id);
    await timed('P3', `${COUNT} frontends gone from under two controllers`, 10_000, () =>
      keysAre(system, 1),
    );

    await second.waitReady();
    await watch.stop();
    expect(watch.history('steady.test')).toEqual([['steady.test', steady.url]]);
    for (const controller of [system.controller, second]) {
      await waitFor('no failure to last', async () => {
        expect(['in_sync', 'applied']).toContain((await statusOf(controller)).lastPass?.result);
      });
    }
  });

  test('P3: of two engines under one owner the second writes nothing and names both', async () => {
    const system = await openFakeSystem({
      docker: { id: 'ENGINE:ONE', name: 'one' },
      env: { AUTODOCK_OWNER: 'shared' },
    });
    const { url } = await system.routed('first.test');
    const clone = await engine('ENGINE:TWO');
    runSimulated(clone, 'second.test');

    const second = await system.another({}, clone);

    expect(await passesFail(second, 'ENGINE:ONE')).toContain('ENGINE:TWO');
    await aPassLater(system.controller);
    expect(await system.routes.read('second.test')).toBeNull();
    expect((await system.routes.read('first.test'))?.urls).toEqual([url]);
    await logHas(second, 'Pass failed');
  });
});

describe('P3: a machine that was cloned from another one, with ID and name of its engine', () => {
  const docker = { id: 'ENGINE:ONE', name: 'one' };

  test('P3: writes nothing, and both are named', async () => {
    const system = await openFakeSystem({ docker });
    const { url } = await system.routed('first.test');
    const fake = await startFakeDocker(docker);
    onTestFinished(fake.close);
    runSimulated(fake, 'second.test');
    const boot = 'another-boot';
    const clone = await startController({ ...system.options, dockerHost: fake.host, boot });
    onTestFinished(clone.close);

    expect(await passesFail(clone, 'another machine of the same name')).toContain(
      'ENGINE:ONE (one)',
    );
    await aPassLater(system.controller);
    expect(await system.routes.read('second.test')).toBeNull();
    expect((await system.routes.read('first.test'))?.urls).toEqual([url]);

    // The other one is gone for good, and its lease is over.
    await system.controller.end();
    await ageLease(system.redis.client, 3_600_000);
    await clone.waitReady();
    await system.routes.becomes('second.test', [urlsFor(fake, 'second.test')[0] ?? '']);
  });
});

describe('owners on one Redis', () => {
  test('two engines whose container addresses may overlap: the second one is refused, in one line', async () => {
    const env = { AUTODOCK_SHARED_NETWORK: 'false' };
    const system = await openFakeSystem({ docker: { id: 'ENGINE:ONE', name: 'one' }, env });
    const { url } = await system.routed('first.test');
    const other = await engine('ENGINE:TWO');
    runSimulated(other, 'second.test');

    const second = await system.another({}, other);

    expect(await passesFail(second, 'ENGINE:ONE')).toContain('AUTODOCK_SHARED_NETWORK=true');
    await logHas(second, 'Pass failed');
    await aPassLater(system.controller);
    expect(await system.routes.read('second.test')).toBeNull();
    expect((await system.routes.read('first.test'))?.urls).toEqual([url]);
    expect(await system.redis.client.zcard('autodock:owners')).toBe(1);
  });

  test('O1: eight that change the same frontends converge, foreign entries and those of others intact', async () => {
    const FOREIGN = 'http://192.0.2.7:80';
    const hosts = ['a.test', 'b.test', 'c.test'];
    const system = await openFakeSystem({ env: { AUTODOCK_OWNER: 'one' } });
    // Their bridges overlap: all of them say the same addresses.
    const others = await Promise.all(['2', '3', '4', '5', '6', '7', '8'].map(engine));
    const engines = [system.fake, ...others];
    const controllers = await Promise.all(
      others.map((fake, index) => system.another({ AUTODOCK_OWNER: `number-${index}` }, fake)),
    );
    for (const controller of controllers) await controller.waitReady();
    for (const host of hosts) {
      await system.redis.client.rpush(`frontend:${host}`, 'theirs', FOREIGN);
    }

    const running: string[][] = engines.map(() => []);
    for (let round = 0; round < 6; round += 1) {
      engines.forEach((fake, index) => {
        const mine = running[index] ?? [];
        for (const id of mine.splice(0, round % 3)) fake.world.kill(id);
        mine.push(...hosts.map((host) => runSimulated(fake, host).id));
      });
      await aPassLater(controllers[0] ?? system.controller);
    }

    for (const host of hosts) {
      await waitFor(`${host} to hold what runs`, async () => {
        const urls = (await system.routes.read(host))?.urls ?? [];
        expect([...urls].sort(compareText)).toEqual(
          [FOREIGN, ...engines.flatMap((fake) => urlsFor(fake, host))].sort(compareText),
        );
      });
      expect((await system.routes.read(host))?.identifier).toBe('theirs');
    }
  });

  test('O2: two owners of one URL have a copy each, and what one withdraws leaves the other’s', async () => {
    const system = await openFakeSystem({ env: { AUTODOCK_OWNER: 'one' } });
    const other = await engine('OTHER:ENGINE');
    const second = await system.another({ AUTODOCK_OWNER: 'two' }, other);
    await second.waitReady();
    const mine = system.run('both.test');
    const theirs = runSimulated(other, 'both.test');
    // Two hosts whose bridges overlap: the same URL on both.
    expect(theirs.url).toBe(mine.url);
    await system.routes.becomes('both.test', [mine.url, theirs.url]);

    system.fake.world.kill(mine.id);
    await system.routes.becomes('both.test', [theirs.url]);

    other.world.kill(theirs.id);
    await system.routes.isGone('both.test');
  });

  test('O4: another owner after a restart takes nothing of the old one’s, which release withdraws', async () => {
    const { routed, routes, redis, controller, options } = await openFakeSystem({
      env: { AUTODOCK_OWNER: 'old' },
    });
    const { url } = await routed('kept.test');

    await controller.end();
    await controller.restart({ AUTODOCK_OWNER: 'new' });
    await controller.waitReady();

    await routes.becomes('kept.test', [url, url]);
    expect(await redis.client.hkeys('autodock:owner:old')).toEqual(['kept.test']);
    await waitFor('the first sign of life, which tells of the old one', async () => {
      expect((await statusOf(controller)).otherOwners).toMatchObject([{ owner: 'old' }]);
    });

    const released = await runCommand(options, 'release', '--owner', 'old', '--yes');
    expect(released.code).toBe(0);
    expect((await routes.read('kept.test'))?.urls).toEqual([url]);
    expect(await redis.client.exists('autodock:owner:old')).toBe(0);
    expect(await redis.client.hkeys('autodock:owner:new')).toEqual(['kept.test']);
  });
});

/** However often two controllers fenced each other, it is a line each time that it begins, never one for each pass. */
async function oneWarningEach(controller: FakeSystem['controller']): Promise<void> {
  // The lines first: a pass that is fenced between the two looks is in the later one alone.
  const lines = logged(controller, 'Pass fenced').length;
  const fenced = (await controller.metrics()).value('autodock_reconcile_total', {
    result: 'fenced',
  });
  console.info('fenced', fenced, 'lines', lines);
  expect(lines).toBeLessThanOrEqual(fenced);
}

async function keysAre({ redis }: FakeSystem, count: number): Promise<void> {
  await waitFor(
    `${count} frontends`,
    async () => {
      expect(await redis.client.keys('frontend:*')).toHaveLength(count);
    },
    { timeoutMs: 90_000, everyMs: 100 },
  );
}

function urlsFor({ world }: FakeDocker, host: string): readonly string[] {
  return [...world.containers.values()]
    .filter(({ state, env }) => state === 'running' && env?.includes(`VIRTUALHOST=${host}`))
    .map(({ endpoints }) => `http://${endpoints.get('bridge')?.ipv4}:80`);
}
