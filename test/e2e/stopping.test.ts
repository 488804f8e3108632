import { expect, test as plain } from 'vitest';
import { openFakeSystem } from '../parts/fake-system.ts';
import { logged, verdictOn } from '../parts/looks.ts';
import { frontAnswers, type System, verdictOf } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest();
const testImpatient = systemTest({ env: { AUTODOCK_STOPPING: '2s' } });

/** As PID 1 a shell without a trap ignores SIGTERM. */
const DEAF = [
  'sh',
  '-c',
  'mkdir -p /www; echo deaf > /www/index.html; httpd -p 80 -h /www; while :; do sleep 1; done',
];

async function runDeaf(
  system: System,
  name: string,
  labels: Readonly<Record<string, string>> = {},
) {
  const host = system.host(name);
  const container = await system.run(host, { command: DEAF, labels });
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
    // Whoever looks at Redis may miss two seconds.
    await waitFor('it to be held, and routed again', () => {
      const changes = logged(system.controller, 'Route changed').filter(
        ({ vhost }) => vhost === host,
      );
      expect(changes.map(({ change }) => change)).toEqual(['create', 'hold', 'update']);
    });
    await system.routes.becomes(host, [url]);
    expect(await isRunning()).toBe(true);
    await container.kill();
    await stopped;
    await system.routes.isGone(host);
  },
);

/** The controller is killed, and started again. */
async function stoppingSurvives(system: System, name: string, sendsTerm: 'before' | 'meanwhile') {
  const { host, container, isRunning } = await runDeaf(system, name);
  await frontAnswers(system, host, 200, 'deaf');
  if (sendsTerm === 'before') {
    await container.kill('TERM');
    await system.routes.isHeld(host);
  }
  await system.controller.end('SIGKILL');
  if (sendsTerm === 'meanwhile') await container.kill('TERM');

  await system.controller.restart();
  await system.controller.waitReady();

  const { rejections } = await verdictOf(system, container, 'stopping');
  expect(rejections).toMatchObject([{ reason: 'stopping', vhost: host }]);
  await system.routes.isHeld(host);
  await frontAnswers(system, host, 503);
  expect(await isRunning()).toBe(true);
}

test('a container that is told to stop while no controller runs is not routed by the next one', async ({
  system,
}) => {
  await stoppingSurvives(system, 'meanwhile', 'meanwhile');
});

test('a controller that dies while a container is stopping does not route it when it is back', async ({
  system,
}) => {
  await stoppingSurvives(system, 'before', 'before');
});

test('a stop signal whose event is lost costs time alone: the container is served until it dies', async ({
  system,
}) => {
  const { host, container, url, isRunning } = await runDeaf(system, 'unheard');
  let lost = 0;
  system.gate.loseEvents((text) => {
    const isIt = text.includes(container.id) && text.includes('"kill"');
    if (isIt) lost += 1;
    return isIt;
  });

  await container.kill('TERM');
  await waitFor('the event to be lost', () => expect(lost).toBe(1));
  await system.controller.reconcile();
  await system.routes.becomes(host, [url]);
  await frontAnswers(system, host, 200, 'deaf');
  expect(await isRunning()).toBe(true);

  await container.kill();
  await system.routes.isGone(host);
  expect(lost).toBe(2);
  system.gate.loseEvents(false);
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

test('a label called signal, which an event tells in place of the signal, takes no route away', async ({
  system,
}) => {
  const { host, container, url } = await runDeaf(system, 'label', { signal: '15' });
  const witness = await runDeaf(system, 'beside-label');

  await container.kill('WINCH');
  await witness.container.kill('TERM');

  await system.routes.isHeld(witness.host);
  await system.routes.becomes(host, [url]);
  await frontAnswers(system, host, 200, 'deaf');

  await container.kill();
  await system.routes.isGone(host);
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
