import { describe, expect } from 'vitest';
import type { RoutesAnswer } from '../../src/answers/routes.ts';
import { frontAnswers, type System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

/** Longer than a busy machine looks at nothing. */
const test = systemTest({ env: { AUTODOCK_HOLD: '10s' } });
/** Its front lets requests wait, and so looks whether a backend listens. */
const testProving = systemTest({ frontEnv: { FRONT_HOLD: '1s' } });
/** Longer than an engine under load takes to remove a container and to start the next one. */
const testHoldingLong = systemTest({ env: { AUTODOCK_HOLD: '2m' } });

describe('a vhost that lost its last backend', () => {
  test('O5: is held for a while, answers 503, and goes when the time is over', async ({
    system,
  }) => {
    const host = system.host('lost');
    const container = await system.run(host);
    await frontAnswers(system, host, 200, container.answer());

    // Looked at from before on: a busy engine says that it has removed it when the host is held no more.
    const [claim, { headers }] = await Promise.all([
      system.routes.isHeld(host).then(() => system.routes.claim(host)),
      frontAnswers(system, host, 503),
      container.remove(),
    ]);

    expect(claim).toEqual({ held: expect.any(Number) as number });
    expect(headers['retry-after']).toBeDefined();
    await system.routes.isGone(host);
    expect(await system.routes.claim(host)).toBeNull();
    await frontAnswers(system, host, 404);
  });

  testHoldingLong(
    'O5: never shows the application behind `*` while it is made anew',
    async ({ system }) => {
      const host = system.host('recreated');
      const other = await system.run('*');
      await frontAnswers(system, system.host('unknown'), 200, other.answer());
      const before = await system.run(host);
      await frontAnswers(system, host, 200, before.answer());

      const visit = new AbortController();
      const bodies = new Set<string>();
      const visitor = (async () => {
        while (!visit.signal.aborted) bodies.add(await bodyOf(system, host));
      })();
      await before.remove();
      await system.routes.isHeld(host);
      const after = await system.run(host);
      await waitUntil('the new one to answer', () => bodies.has(after.answer()));
      visit.abort();
      await visitor;

      expect([...bodies]).not.toContain(other.answer());
    },
  );

  test('is not held while a foreign backend stands in its list', async ({ system }) => {
    const host = system.host('shared');
    const foreign = 'http://192.0.2.1:80';
    const container = await system.run(host);
    const url = await system.url(container);
    await system.routes.becomes(host, [url]);
    await system.redis.client.rpush(`frontend:${host}`, foreign);

    await container.remove();

    await system.routes.becomes(host, [foreign]);
    expect(await system.routes.claim(host)).toBeNull();
  });
});

/** A container that is killed in the middle of its answer breaks it off, and nothing can mend that: 'cut' then. */
async function bodyOf(system: System, host: string): Promise<string> {
  return system.get(host).then(
    ({ body }) => body.trim(),
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET') throw error;
      return 'cut';
    },
  );
}

testProving(
  'a container that runs and does not listen is told as unproven by the API, until it listens',
  async ({ system }) => {
    const host = system.host('silent');
    const command = [
      'sh',
      '-c',
      'mkdir /www; until test -e /go; do sleep 0.1; done; exec httpd -f -p 80 -h /www',
    ];
    const container = await system.run(host, { command });
    await system.routes.becomes(host, [await system.url(container)]);
    const isUnproven = async () => {
      const { routes } = await system.controller.api<RoutesAnswer>('routes');
      return routes.flatMap(({ backends }) => backends).map(({ unproven }) => unproven);
    };

    await waitFor('it to be told', async () => {
      expect((await system.get(host)).status).toBe(503);
      expect(await isUnproven()).toEqual([true]);
    });
    await container.exec('touch', '/go');
    await waitFor('it to be told no more', async () => expect(await isUnproven()).toEqual([false]));
  },
);
