import { describe, expect, test } from 'vitest';
import { startFakeDocker } from '../fakes/docker-daemon.ts';
import { ENGINE_VERSIONS } from '../fakes/recorded.ts';
import { timed } from '../parts/budget.ts';
import { runCommand } from '../parts/controller.ts';
import { ask } from '../parts/docker-proxy.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { logHas, statusOf, verdictOn } from '../parts/looks.ts';
import { staysFor, waitFor, waitUntil } from '../parts/wait-for.ts';

const SPOKEN = { '20.10': '1.41', '26.1': '1.45', '28.5': '1.51', '29.7': '1.55' };

describe.each([...ENGINE_VERSIONS])('D17: on a %s', (engine) => {
  test('D17: a container is routed by its health, whether the list tells it or not', async () => {
    const system = await openFakeSystem({ docker: { engine } });
    const plain = system.run('plain.test');
    const checked = system.run('checked.test', { health: 'starting' });
    await system.routes.becomes('plain.test', [plain.url]);
    await system.routes.isHeld('checked.test');

    system.fake.world.setHealth(checked.id, 'healthy');
    await system.routes.becomes('checked.test', [checked.url]);
    const { stdout } = await runCommand(system.options, 'explain', checked.id.slice(0, 12));
    expect(stdout).toMatch(/\n {2}state: running, healthy\n/);

    system.fake.world.setHealth(checked.id, 'unhealthy');
    await system.routes.isHeld('checked.test');
    expect((await statusOf(system.controller)).engine?.apiVersion).toBe(SPOKEN[engine]);
  });

  test('two requests and no inspection are all that a pass costs when nothing changes', async () => {
    const system = await openFakeSystem({ docker: { engine } });
    await system.routed('steady.test');
    const count = () => ({
      list: system.fake.count('list'),
      health: system.fake.count('health'),
      inspect: system.fake.count('inspect'),
    });
    // The passes are read before and after all else: no list is counted whose pass is not, but one that is under way.
    const { passes } = await statusOf(system.controller);
    const before = count();

    await waitUntil('more passes', async () => {
      await system.controller.reconcile(); // the looks that follow a start may be over
      return (await statusOf(system.controller)).passes > passes + 3;
    });

    const after = count();
    const more = (await statusOf(system.controller)).passes - passes + 1;
    expect(after.inspect).toBe(before.inspect);
    expect(after.list - before.list).toBeLessThanOrEqual(more);
    expect(after.health - before.health).toBeLessThanOrEqual(engine === '29.7' ? 0 : more);
  });
});

describe('an API that does not meet ours', () => {
  test.each([
    ['too old', ['1.40', '1.12']],
    ['too new', ['1.70', '1.60']],
  ] as const)('D17: an engine that is %s is one error with both ranges', async (_title, api) => {
    const { controller } = await openFakeSystem({ docker: { api }, ready: false });

    const { text } = await waitFor('the reason', async () => {
      const probe = await controller.probe('/readyz');
      expect(probe.text).toContain(api[0]);
      return probe;
    });

    expect(text).toContain('1.41 to 1.55');
    await logHas(controller, 'Pass failed');
  });

  test('D17: the version is negotiated again when the engine was updated', async () => {
    const { fake, controller, routed } = await openFakeSystem({
      docker: { api: ['1.47', '1.24'] },
    });
    expect((await statusOf(controller)).engine?.apiVersion).toBe('1.47');

    await fake.shut();
    fake.speak('1.52', '1.24');
    await fake.open();

    await waitFor('the new version', async () => {
      expect((await statusOf(controller)).engine?.apiVersion).toBe('1.52');
    });
    await routed('after.test');
  });
});

describe('addresses', () => {
  test('D26: a container with IPv6 alone is reached in brackets', async () => {
    const { run, routes } = await openFakeSystem();

    run('six.test', { ipv4: '', ipv6: 'fd00::2' });

    await routes.becomes('six.test', ['http://[fd00::2]:80']);
  });

  test('D26: a container without any address gets no route', async () => {
    const { run, routes, controller } = await openFakeSystem();

    const { id } = run('nowhere.test', { ipv4: '' });

    await verdictOn(controller, id, 'no-address');
    expect(await routes.read('nowhere.test')).toBeNull();
    expect(await routes.claim('nowhere.test')).toBeNull();
  });
});

test('D22: a health-checked container that is paused and goes on is held meanwhile', async () => {
  const { fake, run, routes } = await openFakeSystem();
  const { id, url } = run('checked.test', { health: 'healthy' });
  await routes.becomes('checked.test', [url]);

  fake.world.pause(id);
  await timed('D22', 'out after the pause', 1_000, () => routes.isHeld('checked.test'));
  // The probes failed while it stood still; the next good one counts.
  fake.world.setHealth(id, 'unhealthy');
  fake.world.unpause(id);
  await staysFor(300, async () => expect((await routes.read('checked.test'))?.urls).toEqual([]));
  fake.world.setHealth(id, 'healthy');

  await timed('D22', 'back after a good probe', 1_000, () => routes.becomes('checked.test', [url]));
});

describe('the socket is root', () => {
  test('S1: only the reads that are needed are asked for; a fake engine fails on any other', async () => {
    const { fake, routed, routes } = await openFakeSystem();
    const { id } = await routed('asked.test', { health: 'healthy' });
    fake.world.kill(id);
    await routes.isGone('asked.test');
    expect(fake.forbidden).toEqual([]);

    const other = await startFakeDocker();
    await ask(other.socketPath, 'POST', '/v1.41/containers/create');
    await ask(other.socketPath, 'GET', '/v1.41/images/json');
    await expect(other.close()).rejects.toThrow(
      'POST /v1.41/containers/create, GET /v1.41/images/json',
    );
  });
});
