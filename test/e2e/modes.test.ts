import { readFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { aPassLater } from '../parts/looks.ts';
import { openRoutes, urlOf } from '../parts/routes.ts';
import { frontAnswers, verdictOf } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';

/** Settings that change what is written: each with a system of its own. */
const PREFIX = 'team-a:';
const testPublished = systemTest({ env: { AUTODOCK_ADDRESS: 'published' } });
const testUpsertOnly = systemTest({ env: { AUTODOCK_POLICY: 'upsert-only', AUTODOCK_HOLD: '1s' } });
const testPrefixed = systemTest({
  env: { AUTODOCK_REDIS_KEY_PREFIX: PREFIX },
  frontEnv: { FRONT_REDIS_PREFIX: PREFIX },
});
const testRestricted = systemTest({ redis: { tcp: true } });

describe('AUTODOCK_ADDRESS=published', () => {
  testPublished('a container is reached at the port of the host', async ({ system }) => {
    const host = system.host('published');
    const container = await system.run(host, { publish: [{ ip: '127.0.0.1', port: 80 }] });

    await system.routes.becomes(host, [urlOf('127.0.0.1', await container.published(80))]);
    await frontAnswers(system, host, 200, container.answer());
  });

  testPublished('a port published on all interfaces counts too', async ({ system }) => {
    const host = system.host('everywhere');
    // Takes a port of IPv4 alone: after it an old engine picks different ones for the two families.
    await system.run(null, { publish: [{ ip: '127.0.0.1', port: 80 }] });
    const container = await system.run(host, { publish: [{ ip: '', port: 80 }] });

    await frontAnswers(system, host, 200, container.answer());
  });

  testPublished('a container that publishes nothing is told so', async ({ system }) => {
    const container = await system.run(system.host('inside'));

    const { rejections } = await verdictOf(system, container, 'port-not-published');

    expect(rejections[0]?.remedy).not.toBe('');
  });
});

describe('AUTODOCK_POLICY=upsert-only', () => {
  testUpsertOnly(
    'P11: a backend is replaced by a new one, and the last one stays',
    async ({ system }) => {
      const host = system.host('kept');
      const first = await system.run(host);
      const before = await system.url(first);
      await system.routes.becomes(host, [before]);

      await first.remove();
      await aPassLater(system.controller);
      expect((await system.routes.read(host))?.urls).toEqual([before]);

      const second = await system.run(host);
      await system.routes.becomes(host, [await system.url(second)]);
    },
  );
});

describe('AUTODOCK_REDIS_KEY_PREFIX', () => {
  testPrefixed('stands before every key, and the front finds them', async ({ system }) => {
    const host = system.host('prefixed');
    const container = await system.run(host);
    const url = await system.url(container);

    await openRoutes(system.redis.client, PREFIX).becomes(host, [url]);
    await frontAnswers(system, host, 200, container.answer());

    const keys = await system.redis.client.keys('*');
    expect(keys.filter((key) => !key.startsWith(PREFIX))).toEqual([]);
  });
});

describe('a Redis user with the rights that the documentation lists', () => {
  testRestricted('S4: suffices for a whole life of a route', async ({ system }) => {
    const text = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    const rights = /^ACL SETUSER autodock (.+)$/m.exec(text)?.[1]?.split(' ') ?? [];
    expect(rights).toContain('>secret');
    await system.redis.client.call('ACL', 'SETUSER', 'autodock', ...rights);
    await system.controller.restart({
      AUTODOCK_REDIS_URL: `redis://autodock:secret@127.0.0.1:${system.redis.port}`,
    });
    await system.controller.waitReady();
    const host = system.host('restricted');

    const container = await system.run(`${host} *.${host}`);
    await system.routes.becomes(host, [await system.url(container)]);
    await system.redis.client.sadd(`dead:below.${host}`, '0');
    await container.remove();

    await system.routes.isGone(host);
    await system.routes.isGone(`*.${host}`);
    const metrics = await system.controller.metrics();
    expect(metrics.value('autodock_reconcile_total', { result: 'failed' })).toBe(0);
    expect(metrics.value('autodock_redis_commands_total', { result: 'error' })).toBe(0);
    expect(await system.redis.client.exists(`dead:below.${host}`)).toBe(0);
    expect(system.controller.output()).not.toContain('secret');
  });
});
