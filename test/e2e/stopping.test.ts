import { expect, test as plain } from 'vitest';
import { openFakeSystem } from '../parts/fake-system.ts';
import { verdictOn } from '../parts/looks.ts';
import { frontAnswers, type System, verdictOf } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';

const test = systemTest();
const testImpatient = systemTest({ env: { AUTODOCK_STOPPING: '2s' } });

/** As PID 1 a shell without a trap ignores SIGTERM. */
const DEAF = [
  'sh',
  '-c',
  'mkdir -p /www; echo deaf > /www/index.html; httpd -p 80 -h /www; while :; do sleep 1; done',
];

async function runDeaf(system: System, name: string) {
  const host = system.host(name);
  const container = await system.run(host, { command: DEAF });
  const url = await system.url(container);
  await system.routes.becomes(host, [url]);
  const engine = system.docker.engine.getContainer(container.id);
  const isRunning = async () => (await engine.inspect()).State.Running;
  return { host, container, url, engine, isRunning };
}

testImpatient(
  'a container that ignores its stop signal loses its route while it runs, and has it again once AUTODOCK_STOPPING is over',
  async ({ system }) => {
    const { host, container, url, engine, isRunning } = await runDeaf(system, 'ignores');

    const stopped = engine.stop({ t: 60 });
    await system.routes.isHeld(host);
    expect(await isRunning()).toBe(true);

    await system.routes.becomes(host, [url]);
    expect(await isRunning()).toBe(true);
    await container.kill();
    await stopped;
    await system.routes.isGone(host);
  },
);

test('a container that was told to stop is not routed by a controller that starts meanwhile', async ({
  system,
}) => {
  const { host, container, isRunning } = await runDeaf(system, 'meanwhile');
  await frontAnswers(system, host, 200, 'deaf');
  await system.controller.end('SIGKILL');
  await container.kill('TERM');

  await system.controller.restart();
  await system.controller.waitReady();

  const { rejections } = await verdictOf(system, container, 'stopping');
  expect(rejections).toMatchObject([{ reason: 'stopping', vhost: host }]);
  await system.routes.isHeld(host);
  await frontAnswers(system, host, 503);
  expect(await isRunning()).toBe(true);
});

test('a signal that is not its stop signal takes no route away', async ({ system }) => {
  const { host, container, url } = await runDeaf(system, 'winch');
  const other = await runDeaf(system, 'witness');

  await container.kill('WINCH');
  await other.container.kill('TERM');

  await system.routes.isHeld(other.host);
  await system.routes.becomes(host, [url]);
  await frontAnswers(system, host, 200, 'deaf');
});

plain('a container that was killed is not routed, though the list still shows it', async () => {
  const { fake, routed, routes, controller } = await openFakeSystem();
  const { id } = await routed('killed.test');
  fake.lag([id]);

  fake.world.kill(id);

  await routes.isHeld('killed.test');
  await verdictOn(controller, id, 'stopping');
});

plain('a container that is told to stop while it starts is never routed', async () => {
  const { fake, run, routes, controller } = await openFakeSystem();
  const { id } = run('early.test', { health: 'starting', deaf: true });
  await verdictOn(controller, id, 'starting');

  fake.world.kill(id, 15);
  await verdictOn(controller, id, 'stopping');
  fake.world.setHealth(id, 'healthy');

  await controller.reconcile();
  await verdictOn(controller, id, 'stopping');
  await routes.isHeld('early.test');
});

plain('the guard does not put off what was told to stop', async () => {
  const { fake, routed, routes } = await openFakeSystem({
    env: { AUTODOCK_GUARD_MIN_DELETES: '2', AUTODOCK_GUARD_CONFIRM_AFTER: '1h' },
  });
  const hosts = ['a.test', 'b.test', 'c.test'];
  const made = await Promise.all(hosts.map((host) => routed(host, { deaf: true })));

  for (const { id } of made) fake.world.kill(id, 15);

  for (const host of hosts) await routes.isHeld(host);
});
