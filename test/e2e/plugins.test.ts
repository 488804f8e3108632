import { describe, expect, onTestFinished } from 'vitest';
import { BUS_ON, busPortOf } from '../parts/bus-client.ts';
import { HOSTILE, UNSAFE } from '../parts/hostile.ts';
import { type Running, startProgram } from '../parts/running.ts';
import { openSink } from '../parts/sink.ts';
import type { System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { openUdpRelay } from '../parts/udp-relay.ts';
import { waitFor } from '../parts/wait-for.ts';

const SECRET = 'topsecret';
const test = systemTest({ env: { ...BUS_ON, AUTODOCK_BUS_SECRET: SECRET } });

/** A plugin's way to the daemon, which can lose datagrams. */
async function wayTo({ controller }: System) {
  const relay = await openUdpRelay(await busPortOf(controller));
  onTestFinished(relay.close);
  return relay;
}

function logger({ controller }: System, port: number, ...args: readonly string[]): Running {
  const running = startProgram('main.js', ['logger', '--http-url', controller.baseUrl, ...args], {
    AUTODOCK_BUS_PORT: String(port),
    AUTODOCK_BUS_SECRET: SECRET,
    AUTODOCK_LOG_FORMAT: 'pretty',
  });
  onTestFinished(async () => void (await running.end('SIGKILL')));
  return running;
}

const prints = (running: Running, what: string, line: RegExp) =>
  waitFor(`${what}: ${line}`, () =>
    expect(running.lines()).toContainEqual(expect.stringMatching(line)),
  );

/** Restarts the daemon, whose bus is then at another port. */
async function restart({ controller }: System): Promise<number> {
  const listens = () => controller.logs.filter(({ msg }) => msg === 'Plugin bus listens').length;
  const before = listens();
  await controller.end();
  await controller.restart();
  await waitFor('the bus to listen again', () => expect(listens()).toBeGreaterThan(before));
  return busPortOf(controller);
}

describe('autodock logger', () => {
  test('prints the life of a container and its route, without colours in a pipe', async ({
    system,
  }) => {
    const { port } = await wayTo(system);
    const running = logger(system, port);
    await prints(running, 'the connection', /connected +to autodock/);
    const host = system.host('life');

    const container = await system.run(host);
    await prints(running, 'the start', new RegExp(`container_started +${container.name} `));
    await prints(running, 'the route', new RegExp(`route_added +${host} → .*${container.name}`));
    await container.kill();
    await prints(running, 'the end', new RegExp(`container_died +${container.name} .*137`));
    await prints(running, 'the route', new RegExp(`route_removed +${host} → `));

    expect(running.lines().join('')).not.toMatch(UNSAFE);
    expect(await running.end('SIGINT')).toBe(0);
  });

  test('prints JSON of what it is asked for alone', async ({ system }) => {
    const { port } = await wayTo(system);
    const running = logger(system, port, '--only', 'routes', '--log-format', 'json');
    const host = system.host('json');
    const container = await system.run(host);
    const url = await system.url(container);
    await prints(running, 'the route', new RegExp(host));
    await container.remove();
    await prints(running, 'the removal', /route_removed/);
    const events = running.lines().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'route',
        name: 'route_added',
        kwargs: { vhost: host, url, container: container.name, id: container.shortId },
      }),
    );
    expect(events.map(({ kind }) => kind)).not.toContain('docker');
    expect(events.map(({ kind }) => kind)).not.toContain('reconciled');
  });

  test('finds the daemon again after a restart, and tells what changed meanwhile', async ({
    system,
  }) => {
    const relay = await wayTo(system);
    const running = logger(system, relay.port, '--events', 'container_*ed,route_*');
    await prints(running, 'the connection', /connected +to autodock/);
    const [lost, found] = [system.host('lost'), system.host('found')];
    const container = await system.run(lost);
    await prints(running, 'the route', new RegExp(`route_added +${lost}`));

    await system.controller.end();
    await prints(running, 'the goodbye', /disconnected +autodock has stopped/);
    await container.remove();
    await system.run(found);
    relay.to(await restart(system));

    await prints(running, 'the restart', /connected +to autodock .*started anew/);
    await prints(running, 'the loss', /loss +events may be missing/);
    await prints(running, 'what came', new RegExp(`route_added +${found}`));
    await prints(running, 'what went', new RegExp(`route_removed +${lost}`));
  });

  test('says how many events were lost, and tells of routes all the same', async ({ system }) => {
    const relay = await wayTo(system);
    const running = logger(system, relay.port, '--events', 'container_started,route_*');
    await prints(running, 'the connection', /connected +to autodock/);
    const host = system.host('gap');

    relay.lose(true);
    const container = await system.run(host);
    await waitFor('both events to be lost', () =>
      expect(relay.lost()).toEqual(expect.arrayContaining(['container_started', 'route_added'])),
    );
    relay.lose(false);

    await prints(running, 'the loss', /loss +\d+ events? (was|were) lost on the way/);
    await prints(
      running,
      'the route',
      new RegExp(`route_added +${host} → .*${container.name}.*snapshot`),
    );
    expect(running.lines().join('\n')).not.toMatch(
      new RegExp(`container_started +${container.name}`),
    );
  });

  test('escapes whatever a container executes', async ({ system }) => {
    const { port } = await wayTo(system);
    const running = logger(system, port, '--events', 'container_exec_*');
    await prints(running, 'the connection', /connected +to autodock/);
    const container = await system.run(null);
    const commands = HOSTILE.filter((text) => text.length < 100 && !text.includes('\0'));
    for (const text of commands) await container.exec('echo', text);
    await waitFor('all', () =>
      expect(
        running
          .lines()
          .filter((line) => line.includes('exec_create') && line.includes(container.name)).length,
      ).toBeGreaterThanOrEqual(commands.length),
    );
    for (const line of running.lines()) expect(line).not.toMatch(UNSAFE);
  });
});

describe('the webhook', () => {
  test('posts routes to a receiver that fails first, and all of them after a restart', async ({
    system,
  }) => {
    const sink = await openSink({ failures: [503, 500] });
    onTestFinished(sink.close);
    const relay = await wayTo(system);
    const host = system.host('hook');
    const container = await system.run(host);
    const url = await system.url(container);
    await system.routes.becomes(host, [url]);
    const running = startProgram('examples/webhook/main.js', [], {
      WEBHOOK_URL: sink.url,
      AUTODOCK_BUS_PORT: String(relay.port),
      AUTODOCK_BUS_SECRET: SECRET,
      AUTODOCK_URL: system.controller.baseUrl,
    });
    onTestFinished(async () => void (await running.end('SIGKILL')));
    const route = { vhost: host, url, id: container.shortId };

    await waitFor('all routes', () =>
      expect(sink.taken()).toEqual([{ type: 'routes', routes: expect.arrayContaining([route]) }]),
    );
    expect(sink.keys.slice(0, 3)).toEqual([sink.keys[0], sink.keys[0], sink.keys[0]]);

    await container.remove();
    await waitFor('the change', () =>
      expect(sink.taken()).toContainEqual({
        type: 'route_removed',
        ...route,
        container: container.name,
      }),
    );
    const before = sink.taken().length;
    relay.to(await restart(system));
    await waitFor('all routes again', () =>
      expect(sink.taken().slice(before)).toContainEqual({
        type: 'routes',
        routes: expect.not.arrayContaining([route]),
      }),
    );
    expect(await running.end()).toBe(0);
  });
});
