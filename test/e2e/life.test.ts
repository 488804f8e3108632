import { describe, expect } from 'vitest';
import { frontAnswers, verdictOf } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';

const test = systemTest();

describe('a container with VIRTUALHOST', () => {
  test('is answered through the front, and named in Redis by identifier, URL and claim', async ({
    system,
  }) => {
    const host = system.host('hello');

    const container = await system.run(host);

    const url = await system.url(container);
    expect(await system.routes.becomes(host, [url])).toEqual({ identifier: host, urls: [url] });
    expect(await system.routes.claim(host)).toEqual({ [url]: [container.shortId] });
    await frontAnswers(system, host, 200, container.answer());
  });

  test('leaves Redis and the front when it stops, and comes back when it starts', async ({
    system,
  }) => {
    const host = system.host('stops');
    const container = await system.run(host);
    await frontAnswers(system, host, 200, container.answer());

    await container.stop();
    await system.routes.isGone(host);
    await frontAnswers(system, host, 404);

    await container.start();
    await system.routes.becomes(host, [await system.url(container)]);
    await frontAnswers(system, host, 200, container.answer());
  });

  test('D22: is held while it is paused: a 503, and its own answer again afterwards', async ({
    system,
  }) => {
    const host = system.host('pauses');
    const container = await system.run(host);
    const url = await system.url(container);
    await system.routes.becomes(host, [url]);

    await container.pause();
    await system.routes.isHeld(host);
    expect((await verdictOf(system, container, 'paused')).rejections).toHaveLength(1);
    const { headers } = await frontAnswers(system, host, 503);
    expect(headers['retry-after']).toBeDefined();

    await container.unpause();
    await system.routes.becomes(host, [url]);
    await frontAnswers(system, host, 200, container.answer());
  });

  test('keeps its host when it comes back with another address', async ({ system }) => {
    const host = system.host('moves');
    const container = await system.run(host);
    const before = await system.url(container);
    await system.routes.becomes(host, [before]);

    await container.stop();
    await system.routes.isGone(host);
    const squatter = await system.run(system.host('squatter'));
    await container.start();

    await system.routes.becomes(host, [await system.url(container)]);
    await frontAnswers(system, host, 200, container.answer());
    await frontAnswers(system, system.host('squatter'), 200, squatter.answer());
  });

  test('D3: is right after a restart, whatever address it gets', async ({ system }) => {
    const host = system.host('restarts');
    const container = await system.run(host);
    await system.routes.becomes(host, [await system.url(container)]);

    await container.restart();

    await system.routes.becomes(host, [await system.url(container)]);
    await frontAnswers(system, host, 200, container.answer());
  });

  test.for([
    ['is killed', 'kill'],
    ['is removed', 'remove'],
  ] as const)('D1: goes when it %s', async ([, how], { system }) => {
    const host = system.host(how);
    const container = await system.run(host);
    await frontAnswers(system, host, 200, container.answer());

    await container[how]();

    await system.routes.isGone(host);
    expect(await system.routes.claim(host)).toBeNull();
    await frontAnswers(system, host, 404);
  });

  test('goes when its process ends by itself', async ({ system }) => {
    const host = system.host('exits');
    const container = await system.run(host);
    await system.routes.becomes(host, [await system.url(container)]);

    // The shell that is PID 1 obeys TERM: for the engine that is an end like any other.
    await container.exec('kill', '1');

    await system.routes.isGone(host);
  });

  test('D20: stays routed under signals that do not end it', async ({ system }) => {
    const host = system.host('signals');
    const container = await system.run(host);
    const url = await system.url(container);
    await system.routes.becomes(host, [url]);
    const watch = system.routes.watch(host);

    for (const signal of ['HUP', 'USR1', 'WINCH']) await container.kill(signal);
    await container.rename(`${container.name}-renamed`);
    await system.controller.reconcile();
    await frontAnswers(system, host, 200, container.answer());

    await watch.stop();
    expect(watch.history(host)).toEqual([[host, url]]);
  });

  test('D21: is held from when it is told to stop, however long it takes to be dead', async ({
    system,
  }) => {
    const host = system.host('stubborn');
    const command = [
      '/bin/sh',
      '-c',
      'trap "" TERM; /bin/httpd -p 80 -h /tmp; while :; do sleep 1; done',
    ];
    const container = await system.run(host, { command });
    const url = await system.url(container);
    await system.routes.becomes(host, [url]);

    await container.kill('TERM');
    await system.routes.isHeld(host);
    expect((await verdictOf(system, container, 'stopping')).rejections).toHaveLength(1);

    await container.kill('KILL');
    await system.routes.isGone(host);
  });
});

describe('a container that asks for nothing', () => {
  test('gets no route and is silent', async ({ system }) => {
    const container = await system.run(null);

    const { routes, rejections } = await verdictOf(system, container, 'silent');

    expect([...routes, ...rejections]).toEqual([]);
  });
});
