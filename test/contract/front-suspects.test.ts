import { describe, expect, onTestFinished, test } from 'vitest';
import { refusedUrl, startBackend, startHttp } from '../parts/backend.ts';
import { useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 2, env: { FRONT_WORKERS: '2' } });

/** Routes `host` to a container that does not listen yet and to an old one, until the front has marked the new one. */
async function markNew(host: string, vhost = host): Promise<string> {
  const url = await refusedUrl();
  await rig.route(vhost, url, rig.url(1));
  await waitFor('the new one to be marked', async () => {
    expect(await rig.answerer(host)).toBe('B1');
    expect(await rig.dead(host)).toEqual(['0']);
  });
  return url;
}

async function listen(url: string): Promise<void> {
  const backend = await startBackend('new', '127.0.0.1', Number(new URL(url).port));
  onTestFinished(() => backend.close());
}

describe('a backend that could not be connected to', () => {
  test.each(['a.com', '*.a.com'])('answers for %s once it is the last one', async (vhost) => {
    const host = vhost.replace('*', 'x');
    const url = await markNew(host, vhost);
    await listen(url);
    await rig.redis.client.lrem(`frontend:${vhost}`, 0, rig.url(1));
    for (let asked = 0; asked < 8; asked += 1) expect(await rig.answerer(host)).toBe('new');
    await waitFor('its mark to go', async () => expect(await rig.dead(host)).toEqual([]));
  });

  test('is left alone while another one lives', async () => {
    const url = await markNew('a.com');
    await listen(url);
    for (let asked = 0; asked < 8; asked += 1) expect(await rig.answerer('a.com')).toBe('B1');
  });

  test('is not preferred to one that comes later', async () => {
    const url = await markNew('a.com');
    await listen(url);
    await rig.redis.client.lset('frontend:a.com', 2, rig.url(2));
    for (let asked = 0; asked < 8; asked += 1) expect(await rig.answerer('a.com')).toBe('B2');
  });

  test('is 502 while it still cannot be', async () => {
    await markNew('a.com');
    await rig.redis.client.lrem('frontend:a.com', 0, rig.url(1));
    expect(await rig.answerer('a.com')).toBe(502);
  });

  test('is nothing that another host, or a mark by somebody else, is excused by', async () => {
    const url = await markNew('a.com');
    await listen(url);
    await rig.route('b.com', url);
    await rig.route('c.com', rig.url(1));
    await rig.redis.client.sadd('dead:b.com', '0');
    await rig.redis.client.sadd('dead:c.com', '0');
    expect(await rig.answerer('b.com')).toBe(502);
    expect(await rig.answerer('c.com')).toBe(502);
  });

  test('no longer is one once its own answer marks it', async () => {
    const url = await markNew('a.com');
    const backend = await startHttp(
      (asked, reply) => {
        asked.resume();
        reply.writeHead(502).end();
      },
      '127.0.0.1',
      Number(new URL(url).port),
    );
    onTestFinished(() => backend.close());
    await rig.redis.client.del('dead:a.com');
    await waitFor('a mark by the answer', async () => {
      await rig.answerer('a.com');
      expect(await rig.dead('a.com')).toEqual(['0']);
    });
    const before = backend.connections();
    await rig.redis.client.lrem('frontend:a.com', 0, rig.url(1));
    expect(await rig.answerer('a.com')).toBe(502);
    expect(backend.connections()).toBe(before);
  });

  test('is not one while a checker runs, whose the marks are then', async () => {
    await rig.redis.client.set('hchecker_ping', Math.floor(Date.now() / 1_000));
    const url = await refusedUrl();
    await rig.route('a.com', url, rig.url(1));
    await rig.redis.client.config('RESETSTAT');
    await waitFor('a report to the checker', async () => {
      expect(await rig.answerer('a.com')).toBe('B1');
      expect(await rig.redis.client.info('commandstats')).toContain('cmdstat_publish');
    });
    expect(await rig.dead('a.com')).toEqual([]);
    await listen(url);
    await rig.redis.client.lrem('frontend:a.com', 0, rig.url(1));
    await rig.redis.client.sadd('dead:a.com', '0');
    await waitFor('the mark of the checker', async () =>
      expect(await rig.answerer('a.com')).toBe(502),
    );
  });
});
