import { describe, expect, test } from 'vitest';
import { timed } from '../parts/budget.ts';
import { residentMib, runCommand } from '../parts/controller.ts';
import { openFakeSystem, openProxiedSystem, REDIS_SILENT } from '../parts/fake-system.ts';
import { aPassLater, endOf, logged, logHas, readyIs, statusOf, verdictOn } from '../parts/looks.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

/** Runs in the process before the program does. */
function first(script: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

/** A controller whose write has been sent, and will not be answered. */
async function stuck(env: Readonly<Record<string, string>> = {}) {
  const system = await openProxiedSystem({ env: { ...REDIS_SILENT, ...env } });
  const { proxy, run, routed } = system;
  const kept = await routed('kept.test');
  let isStuck = false;
  proxy.judge((bytes, direction) => {
    if (direction === 'request' && bytes.includes('"v":')) {
      isStuck = true;
      proxy.blackhole(true);
    }
    return 'pass';
  });
  run('late.test');
  await waitUntil('the write to hang', () => isStuck);
  return { ...system, kept };
}

describe('P2: a signal to end', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'P2: %s while a write hangs ends with 0 within 5 s, and what was written stays',
    async (signal) => {
      const { routes, controller, kept } = await stuck();

      const code = await timed('P2', `end after ${signal}`, 5_000, () => controller.end(signal));

      expect(code).toBe(0);
      expect((await routes.read('kept.test'))?.urls).toEqual([kept.url]);
    },
  );

  test('P2: a second one ends it at once', async () => {
    const { routes, controller, kept } = await stuck({
      AUTODOCK_REDIS_TIMEOUT: '60s',
      AUTODOCK_LEASE: '3m',
    });

    controller.signal('SIGTERM');
    await logHas(controller, 'Stopping');
    const code = await timed('P2', 'end after the second', 500, () => controller.end('SIGTERM'));

    expect(code).toBe(1);
    expect((await routes.read('kept.test'))?.urls).toEqual([kept.url]);
  });
});

describe('the process itself', () => {
  test('P4: a wall clock that jumps by a day, to and fro, changes nothing', async () => {
    // Every second tick of the clock is a day off.
    const jumping =
      'const now = Date.now; let n = 0; Date.now = () => now() + (n++ % 2) * 86400000;';
    const { routed, routes, fake, controller } = await openFakeSystem({
      env: { ...first(jumping), AUTODOCK_HOLD: '1s' },
    });
    const kept = await routed('kept.test');
    const watch = routes.watch('kept.test');

    const gone = await routed('gone.test');
    fake.world.kill(gone.id);
    await routes.isGone('gone.test');
    // Whoever looks at Redis may miss a second.
    await waitFor('it to have been held', () => {
      const changes = logged(controller, 'Route changed').filter(
        ({ vhost }) => vhost === 'gone.test',
      );
      expect(changes.map(({ change }) => change)).toEqual(['create', 'hold', 'delete']);
    });
    const { passes } = await statusOf(controller);
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await readyIs(controller, 200);
    const perSecond =
      ((await statusOf(controller)).passes - passes) / ((performance.now() - began) / 1_000);

    // Settle passes at most: no timer fires at once because a day is over.
    expect(perSecond).toBeLessThan(10);
    await watch.stop();
    expect(watch.history('kept.test')).toEqual([['kept.test', kept.url]]);
  });

  test('P6: 5 MB of environment in each of twenty containers is considered up to its limit, and memory is bounded', async () => {
    const { run, routes, controller } = await openFakeSystem({
      env: { AUTODOCK_DOCKER_TIMEOUT: '60s' },
    });
    const before = residentMib(controller.pid);
    const flood = Array.from({ length: 20 }, (_, n) =>
      run(`flood-${n}.test`, {
        env: [`VIRTUALHOST=flood-${n}.test`, `LOG=${'x'.repeat(5_000_000)}`],
      }),
    );
    const greedy = run('', {
      env: [`VIRTUALHOST=${'a'.repeat(70_000)}.test`, 'ALIAS=greedy.test'],
    });

    await waitFor(
      'all to be judged',
      async () => {
        const metrics = await controller.metrics();
        expect(metrics.value('autodock_containers', { verdict: 'routed' })).toBe(flood.length + 1);
      },
      { timeoutMs: 100_000, everyMs: 200 },
    );
    for (const [n, { url }] of flood.entries()) await routes.becomes(`flood-${n}.test`, [url]);
    const { rejections } = await verdictOn(controller, greedy.id, 'routed');

    expect(JSON.stringify(rejections).length).toBeLessThan(2_000);
    const grown = residentMib(controller.pid) - before;
    console.info(`P6: 100 MB of environment, resident memory grew by ${grown.toFixed(0)} MiB`);
    expect(grown).toBeLessThan(300);
    expect(Math.max(...controller.logs.map((line) => JSON.stringify(line).length))).toBeLessThan(
      20_000,
    );
  });

  test('P8: a rejection that nobody handles is logged with its stack, ends it with 1, and routes stay', async () => {
    const failing =
      "process.on('SIGUSR2', function ofMine() { Promise.reject(new Error('nobody caught me')); });";
    const { routed, routes, controller } = await openFakeSystem({ env: first(failing) });
    const { url } = await routed('kept.test');

    controller.signal('SIGUSR2');
    expect(await endOf(controller)).toBe(1);

    const [crash] = logged(controller, 'Crashed');
    expect(crash).toMatchObject({ level: 'fatal', origin: 'unhandledRejection' });
    expect(JSON.stringify(crash)).toMatch(/nobody caught me.*ofMine/);
    expect((await routes.read('kept.test'))?.urls).toEqual([url]);
  });
});

describe('P10: a bad configuration', () => {
  test('P10: ends with 1 and every error at once, and nothing is asked or written', async () => {
    const { fake, redis, options, controller } = await openFakeSystem();
    await controller.end();
    const [asked, keys] = [fake.count('version'), await redis.client.dbsize()];
    const env = { AUTODOCK_HOLD: 'long', AUTODOCK_POLICY: 'snyc', AUTODOCK_HTTP_PORT: '80x' };

    const { code, stderr } = await runCommand({ ...options, env }, 'run', '--nonsense');

    expect(code).toBe(1);
    for (const part of ['hold', 'long', 'policy', 'snyc', 'http.port', '80x', '--nonsense']) {
      expect(stderr).toContain(part);
    }
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(fake.count('version')).toBe(asked);
    expect(await redis.client.dbsize()).toBe(keys);
  });
});

describe('P11: upsert-only', () => {
  test('P11: removes no frontend and holds none, whatever dies, and replaces what has a successor', async () => {
    const { fake, routed, run, routes, controller } = await openFakeSystem({
      env: { AUTODOCK_POLICY: 'upsert-only', AUTODOCK_HOLD: '1s' },
    });
    const dies = await routed('dies.test');
    const moves = await routed('moves.test');
    const watch = routes.watch('dies.test');

    fake.world.remove(dies.id);
    fake.world.remove(moves.id);
    const moved = run('moves.test', { ipv4: '10.1.77.7' });
    await routes.becomes('moves.test', [moved.url]);
    await aPassLater(controller);

    await watch.stop();
    expect(watch.history('dies.test')).toEqual([['dies.test', dies.url]]);
    const metrics = await controller.metrics();
    for (const kind of ['delete', 'hold']) {
      expect(metrics.value('autodock_changes_total', { kind })).toBe(0);
    }
  });
});
