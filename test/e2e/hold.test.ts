import { describe, expect } from 'vitest';
import { frontAnswers } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitUntil } from '../parts/wait-for.ts';

const test = systemTest({ env: { AUTODOCK_HOLD: '3s' } });
/** Longer than an engine under load takes to remove a container and to start the next one. */
const testHoldingLong = systemTest({ env: { AUTODOCK_HOLD: '2m' } });

describe('a vhost that lost its last backend', () => {
  test('O5: is held for a while, answers 503, and goes when the time is over', async ({
    system,
  }) => {
    const host = system.host('lost');
    const container = await system.run(host);
    await frontAnswers(system, host, 200, container.answer());

    await container.remove();

    await system.routes.isHeld(host);
    expect(await system.routes.claim(host)).toEqual({ held: expect.any(Number) as number });
    const { headers } = await frontAnswers(system, host, 503);
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
        while (!visit.signal.aborted) bodies.add((await system.get(host)).body.trim());
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
