import { describe, expect } from 'vitest';
import type { StatusAnswer } from '../../src/answers/status.ts';
import { WITH_RESYNC } from '../parts/controller.ts';
import type { System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest({ env: WITH_RESYNC });
const FOREIGN = 'http://192.0.2.7:8080';

/** A routed container and what stands in Redis for it. */
async function routed(system: System, name: string) {
  const host = system.host(name);
  const container = await system.run(host);
  const url = await system.url(container);
  await system.routes.becomes(host, [url]);
  return { host, key: `frontend:${host}`, url, container };
}

/** A whole pass after this moment: what it would not have done by then it does not do. */
async function aPassLater({ controller }: System): Promise<void> {
  const { passes } = await controller.api<StatusAnswer>('status');
  await waitFor('two further passes', async () => {
    expect((await controller.api<StatusAnswer>('status')).passes).toBeGreaterThan(passes + 1);
  });
}

describe('a route that someone changed by hand', () => {
  test('comes back after its key was deleted', async ({ system }) => {
    const { host, key, url } = await routed(system, 'deleted');

    await system.redis.client.del(key);

    await system.routes.becomes(host, [url]);
  });

  test('R19: comes back when its URL was overwritten; what was written there is foreign and stays', async ({
    system,
  }) => {
    const { host, key, url } = await routed(system, 'overwritten');

    await system.redis.client.lset(key, 1, FOREIGN);

    await system.routes.becomes(host, [FOREIGN, url]);
  });

  test('R19: keeps an identifier that someone gave it', async ({ system }) => {
    const { host, key, url } = await routed(system, 'identified');

    await system.redis.client.lset(key, 0, 'my-app');
    await aPassLater(system);

    expect(await system.routes.read(host)).toEqual({ identifier: 'my-app', urls: [url] });
  });

  test('R18: is claimed again when the claims were deleted', async ({ system }) => {
    const { host, url, container } = await routed(system, 'unclaimed');
    const { owner } = await system.controller.api<StatusAnswer>('status');

    await system.redis.client.del(`autodock:owner:${owner}`);

    await waitFor('the claim', async () => {
      expect(await system.routes.claim(host)).toEqual({ [url]: [container.shortId] });
    });
    expect((await system.routes.read(host))?.urls).toEqual([url]);
  });

  test('R18: comes back after everything was flushed', async ({ system }) => {
    const { host, url } = await routed(system, 'flushed');

    // The server is this file's own.
    await system.redis.client.flushall();

    await system.routes.becomes(host, [url]);
  });
});

describe('what others wrote', () => {
  test('a foreign frontend is never touched', async ({ system }) => {
    const key = `frontend:${system.host('foreign')}`;
    await system.redis.client.rpush(key, 'theirs', FOREIGN, FOREIGN);
    const idle = `frontend:${system.host('identifier-only')}`;
    await system.redis.client.rpush(idle, 'theirs');

    const { container } = await routed(system, 'busy');
    await container.remove();
    await aPassLater(system);

    expect(await system.redis.client.lrange(key, 0, -1)).toEqual(['theirs', FOREIGN, FOREIGN]);
    expect(await system.redis.client.lrange(idle, 0, -1)).toEqual(['theirs']);
  });

  test('a foreign entry inside our frontend outlives our backends', async ({ system }) => {
    const { host, key, url, container } = await routed(system, 'mixed');
    await system.redis.client.rpush(key, FOREIGN);
    await aPassLater(system);
    expect((await system.routes.read(host))?.urls).toEqual([url, FOREIGN]);

    await container.remove();

    await system.routes.becomes(host, [FOREIGN]);
    await aPassLater(system);
    expect((await system.routes.read(host))?.urls).toEqual([FOREIGN]);
  });

  test('a backend that already stands there by another spelling is claimed in its slot', async ({
    system,
  }) => {
    const host = system.host('adopted');
    const container = await system.docker.run({ env: { VIRTUALHOST: host }, created: true });
    await container.start();
    const address = await container.address();
    await system.routes.becomes(host, [`http://${address}:80`]);
    await container.stop();
    await system.routes.isGone(host);
    await system.redis.client.rpush(`frontend:${host}`, 'old-tool', FOREIGN, `http://${address}`);

    await container.start();
    const now = await container.address();

    const adopted = now === address ? [FOREIGN, `http://${now}:80`] : null;
    const expected = adopted ?? [FOREIGN, `http://${address}`, `http://${now}:80`];
    await system.routes.becomes(host, expected);
    expect((await system.routes.read(host))?.identifier).toBe('old-tool');
  });

  test('R12: a key of the wrong type is named in the status and harms no other host', async ({
    system,
  }) => {
    const host = system.host('wrong-type');
    await system.redis.client.set(`frontend:${host}`, 'a string');
    await system.run(host);
    await routed(system, 'beside');

    const { faults } = await waitFor('the fault', async () => {
      const status = await system.controller.api<StatusAnswer>('status');
      expect(status.faults.map(({ vhost }) => vhost)).toContain(host);
      return status;
    });

    expect(faults.find(({ vhost }) => vhost === host)?.key).toBe(`frontend:${host}`);
    expect(await system.redis.client.get(`frontend:${host}`)).toBe('a string');
    await system.redis.client.del(`frontend:${host}`);
  });
});
