import { describe, expect, test } from 'vitest';
import type { Controller, LogLine } from '../parts/controller.ts';
import { type FakeSystem, openFakeSystem } from '../parts/fake-system.ts';
import { logged, logHas, passesFail, statusOf } from '../parts/looks.ts';
import { openUnreadPipe } from '../parts/unread-pipe.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

/** Waits until both sides and the stream are up and a pass has succeeded. */
async function allIsWell({ controller }: FakeSystem): Promise<void> {
  await waitFor('all to be well', async () => {
    const { docker, redis, lastPass } = await statusOf(controller);
    expect([docker.up, docker.eventStream.up, redis.up]).toEqual([true, true, true]);
    expect(lastPass?.result).not.toBe('failed');
  });
}

/** Waits for so many passes to fail, all for one outage. */
async function failsOften({ controller }: FakeSystem): Promise<void> {
  await passesFail(controller);
  const before = (await statusOf(controller)).passes;
  for (let times = 0; times < 5; times += 1) await controller.reconcile();
  await waitFor('more failures', async () => {
    expect((await statusOf(controller)).passes).toBeGreaterThan(before + 2);
  });
}

/**
 * What the start and the stream gave a reason for is over. Passes are asked for by events alone: one that was asked for
 * by the API could still be to come, and find what a test does next.
 */
async function onlyEventsCount({ controller, fake }: FakeSystem): Promise<void> {
  const { passes } = await waitFor('the stream, and the pass that it begins with', async () => {
    const status = await statusOf(controller);
    expect(status.docker.eventStream.up).toBe(true);
    return status;
  });
  await waitUntil('two further passes', async () => {
    fake.events.emit({ type: 'container', action: 'update', actor: 'nobody', attributes: {} });
    return (await statusOf(controller)).passes > passes + 1;
  });
}

/**
 * Waits for the end of an outage, which has one line when it begins and one when it is over. A busy machine may
 * add an outage of its own, which has two further ones.
 */
function inTurn({ logs }: Controller, down: string, up: string): Promise<readonly LogLine[]> {
  return waitFor(`${down}, ${up}`, () => {
    const lines = logs.filter(({ msg }) => msg === down || msg === up);
    expect(lines.at(-1)?.msg).toBe(up);
    expect(lines.map(({ msg }) => msg)).toEqual(lines.map((_, n) => (n % 2 === 0 ? down : up)));
    return lines;
  });
}

/** What is logged of routes: each line without its time. */
function changesIn({ controller }: FakeSystem) {
  return logged(controller, 'Route changed').map(({ time, level, pass, msg, ...rest }) => rest);
}

describe('the log as JSON', () => {
  test('has one line for each change: vhost, backends, containers, triggers', async () => {
    const system = await openFakeSystem();
    const { fake, run, routed, routes } = system;
    await onlyEventsCount(system);
    const web = await routed('shop.test', { name: 'web' });
    const heavy = run('shop.test', { name: 'heavy', labels: { 'autodock.weight': '2' } });
    await routes.becomes('shop.test', [web.url, heavy.url, heavy.url]);
    fake.world.kill(web.id);
    await routes.becomes('shop.test', [heavy.url, heavy.url]);
    fake.world.kill(heavy.id);
    await routes.isGone('shop.test');
    await waitFor('the lines', () => expect(changesIn(system)).toHaveLength(4));

    const triggers = expect.arrayContaining([expect.stringMatching(/^(event|settle)$/)]);
    const told = { vhost: 'shop.test', triggers, plan: expect.stringContaining('shop.test') };
    expect(changesIn(system)).toEqual([
      { ...told, change: 'create', added: [web.url], containers: ['web'] },
      { ...told, change: 'update', added: [heavy.url], containers: ['heavy'] },
      { ...told, change: 'update', removed: [web.url], containers: ['web'] },
      { ...told, change: 'delete', removed: [heavy.url], containers: ['heavy'] },
    ]);
  });

  test('has one line when Docker goes and one with a count when it is back', async () => {
    const system = await openFakeSystem();
    const { fake, controller } = system;
    await fake.shut();
    await failsOften(system);
    await fake.open();
    await allIsWell(system);

    const [gone, back] = await inTurn(controller, 'Docker is down', 'Docker is up again');
    expect(gone).toMatchObject({
      ...{ level: 'warn', code: 'docker-unreachable' },
      reason: expect.stringMatching(/^Docker: /),
    });
    expect(back?.failures).toBeGreaterThan(2);
    await inTurn(controller, 'Event stream is down', 'Event stream is up again');
    await inTurn(controller, 'Pass failed', 'Pass succeeds again');
  });

  test('has one line when Redis goes and one with a count when it is back', async () => {
    const system = await openFakeSystem();
    const { redis, controller } = system;
    redis.kill('SIGKILL');
    await failsOften(system);
    await redis.restart();
    await allIsWell(system);

    const [gone, back] = await inTurn(controller, 'Redis is down', 'Redis is ready again');
    expect(gone).toMatchObject({
      ...{ level: 'warn', code: 'redis-unreachable' },
      reason: expect.stringMatching(/^Redis at /),
    });
    expect(back?.lastFailure).toMatch(/ECONNREFUSED|closed/);
    await inTurn(controller, 'Pass failed', 'Pass succeeds again');
  });

  test('has a line more when who is away comes back and says no', async () => {
    const system = await openFakeSystem();
    const { fake, controller } = system;
    fake.fail('events', { kind: 'status', status: 403, message: 'not allowed' });
    fake.events.cut('reset');
    await waitFor('the refusal', () => {
      expect(logged(controller, 'Event stream is down')).toMatchObject([
        {},
        { code: 'docker-status', reason: expect.stringContaining('403'), failuresBefore: 1 },
      ]);
    });
    fake.heal();
    await allIsWell(system);
    await logHas(controller, 'Event stream is up again');
  });
});

test('the log for people has the same in one line each, without a stack', async () => {
  const system = await openFakeSystem({ env: { AUTODOCK_LOG_FORMAT: 'pretty' } });
  const { fake, controller, routed } = system;
  const { url } = await routed('shop.test', { name: 'web' });
  await fake.shut();
  await failsOften(system);
  await fake.open();
  await allIsWell(system);

  const wholeLines = () => controller.output().split('\n').slice(0, -1);
  const lines = await waitFor('the end of the outage', () => {
    expect(wholeLines()).toContainEqual(expect.stringContaining('INFO: Docker is up again'));
    return wholeLines();
  });
  expect(lines.filter((line) => !/^\[[\d :.-]+\] (INFO|WARN): /.test(line))).toEqual([]);
  const changed = lines.filter((line) => line.includes('INFO: Route changed'));
  expect(changed).toHaveLength(1);
  for (const part of ['"vhost":"shop.test"', `"added":["${url}"]`, '"containers":["web"]']) {
    expect(changed[0]).toContain(part);
  }
  expect(lines.filter((line) => line.includes('WARN: Docker is down'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('INFO: Docker is up again'))).toHaveLength(1);
});

test('a log that nobody reads stops no pass, and says later how many lines are lost', async () => {
  const pipe = openUnreadPipe();
  const way = async () => ({ output: pipe.input });
  const { run, routes, controller } = await openFakeSystem({ way });
  const long = Array.from({ length: 3 }, () => 'a'.repeat(60)).join('.');
  const hosts = Array.from({ length: 3000 }, (_, n) => `n${n}.${long}`);
  for (let from = 0; from < hosts.length; from += 100) run(hosts.slice(from, from + 100).join(' '));
  const last = run('last.test');
  await routes.becomes('last.test', [last.url]);
  await waitFor('lines to be lost', async () =>
    expect((await controller.metrics()).value('autodock_log_lost_total')).toBeGreaterThan(0),
  );
  run('later.test');
  await waitFor('another pass', async () => expect(await routes.read('later.test')).not.toBeNull());

  pipe.read();
  await waitFor('the word about it', async () => {
    const told = /^.*Log lines are lost, as nobody read them.*$/m.exec(pipe.text())?.[0];
    const lost = (await controller.metrics()).value('autodock_log_lost_total');
    expect(JSON.parse(told ?? 'null')).toMatchObject({ level: 'warn', lost });
  });
});
