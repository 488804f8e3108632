import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDelivery } from '../../src/examples/webhook/deliver.ts';
import { type Post, postRoutes } from '../../src/examples/webhook/post-routes.ts';
import { readSettings } from '../../src/examples/webhook/read-settings.ts';
import { connect } from '../../src/plugin/connect.ts';
import { startBusDaemon } from '../parts/bus-daemon.ts';
import { startStateServer } from '../parts/state-server.ts';
import { waitFor } from '../parts/wait-for.ts';

const A = { vhost: 'a.local', url: 'http://10.0.0.1:80' };
const B = { vhost: 'b.local', url: 'http://10.0.0.2:80' };
const ADDED = { type: 'route_added', ...A, id: '0123456789ab', container: 'hello' } as const;

type Answer = number | 'hang up' | readonly [number, Readonly<Record<string, string>>];

/** Answers each post as it is told to, then with 204. */
async function receiver(...answers: readonly Answer[]) {
  const posts: { readonly key: unknown; readonly body: unknown }[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const body: unknown = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const answer = answers[posts.length] ?? 204;
    posts.push({ key: request.headers['idempotency-key'], body });
    if (answer === 'hang up') response.destroy();
    else if (typeof answer === 'number') response.writeHead(answer).end();
    else response.writeHead(answer[0], answer[1]).end();
  };
  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, posts };
}

/** Delivers without waiting; `waits` are the times that it would have waited. */
function delivery(url: string, signal = new AbortController().signal) {
  const waits: number[] = [];
  const lines: string[] = [];
  const deliver = createDelivery({
    url,
    signal,
    log: (line) => lines.push(line),
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => 1,
  });
  return { deliver, waits, lines };
}

describe('a delivery', () => {
  test('is one post as JSON', async () => {
    const { url, posts } = await receiver();
    await delivery(url).deliver(ADDED);
    expect(posts).toEqual([{ key: expect.any(String), body: ADDED }]);
  });

  test('is tried again with the same key, ever more slowly, until it succeeds', async () => {
    const { url, posts } = await receiver(500, 'hang up', 429, 503);
    const { deliver, waits, lines } = delivery(url);
    await deliver(ADDED);
    expect(posts).toHaveLength(5);
    expect(new Set(posts.map(({ key }) => key)).size).toBe(1);
    expect(waits).toEqual([500, 1_000, 2_000, 4_000]);
    expect(lines[0]).toBe('route_added, attempt 1 of 10: it answered 500');
    await deliver(ADDED);
    expect(posts.at(-1)?.key).not.toBe(posts[0]?.key);
  });

  test('waits as long as the receiver says, within reason', async () => {
    const { url } = await receiver(
      [503, { 'retry-after': '7' }],
      [503, { 'retry-after': '86400' }],
      [503, { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }],
    );
    const { deliver, waits } = delivery(url);
    await deliver(ADDED);
    expect(waits).toEqual([7_000, 30_000, 2_000]);
  });

  test('is dropped if the receiver refuses it', async () => {
    const { url, posts } = await receiver(410);
    const { deliver, lines } = delivery(url);
    await deliver(ADDED);
    expect(posts).toHaveLength(1);
    expect(lines).toEqual(['route_added is dropped: it answered 410']);
  });

  test.each([301, 302, 307])(
    'is not sent on by an answer of %i, which tells where to',
    async (status) => {
      const elsewhere = await receiver();
      const { url, posts } = await receiver([
        status,
        { location: elsewhere.url.replace('//', '//user:password@').concat('?key=secret') },
      ]);
      const { deliver, lines } = delivery(url);
      await deliver(ADDED);
      expect([posts, elsewhere.posts]).toEqual([[expect.anything()], []]);
      expect(lines).toEqual([
        `route_added is dropped: it answered ${status} with Location ${elsewhere.url}: is the URL to post to the right one?`,
      ]);
    },
  );

  test('fails after the tenth attempt', async () => {
    const { url, posts } = await receiver(...Array.from({ length: 10 }, () => 502));
    const { deliver, waits } = delivery(url);
    await expect(deliver(ADDED)).rejects.toThrow('route_added was not delivered: it answered 502');
    expect(posts).toHaveLength(10);
    expect(Math.max(...waits)).toBe(30_000);
  });

  test('ends with the program', async () => {
    const { url, posts } = await receiver();
    const { deliver } = delivery(url, AbortSignal.abort());
    await deliver(ADDED);
    expect(posts).toEqual([]);
  });
});

describe('what is posted', () => {
  test('names a backend of a weight of 3 once', async () => {
    const state = await startStateServer([A], { weight: 3 });
    const daemon = await startBusDaemon();
    const plugin = connect({ port: daemon.port, http: state.url, helloEveryMs: 100 });
    onTestFinished(async () => {
      await plugin.close();
      await daemon.close();
      await state.close();
    });
    const posts: Post[] = [];
    postRoutes(plugin, async (post) => void posts.push(post));
    await waitFor('the start', () =>
      expect(posts).toEqual([{ type: 'routes', routes: [{ ...A, id: '0123456789ab' }] }]),
    );
  });

  test('is all routes at the start and after a loss, and each change once', async () => {
    const state = await startStateServer([A]);
    const daemon = await startBusDaemon();
    const plugin = connect({ port: daemon.port, http: state.url, helloEveryMs: 100 });
    onTestFinished(async () => {
      await plugin.close();
      await daemon.close();
      await state.close();
    });
    const posts: Post[] = [];
    postRoutes(plugin, (post) => {
      posts.push(post);
      return Promise.resolve();
    });
    const all = (...routes: readonly (typeof A)[]) => ({
      type: 'routes',
      routes: routes.map((route) => ({ ...route, id: '0123456789ab' })),
    });
    await waitFor('the start', () => expect(posts).toEqual([all(A)]));

    daemon.route('route_added', B.vhost, B.url);
    await waitFor('the change', () => expect(posts.at(-1)).toEqual({ ...ADDED, ...B }));

    state.routes = [B];
    daemon.seq += 1;
    await waitFor('the loss', () =>
      expect(posts.slice(2)).toEqual([all(B), { ...ADDED, type: 'route_removed' }]),
    );
  });
});

describe('the environment', () => {
  const WEBHOOK_URL = 'https://example.com/hook?key=1';

  test('says where to, and an empty variable says nothing', () => {
    const empty = { AUTODOCK_BUS_PORT: '', AUTODOCK_BUS_SECRET: '', AUTODOCK_BUS_HOST: '' };
    expect(readSettings({ WEBHOOK_URL, ...empty })).toEqual({ url: WEBHOOK_URL });
    expect(readSettings({ WEBHOOK_URL, AUTODOCK_BUS_PORT: '1339' }).port).toBe(1339);
  });

  test('says the secret, or which file holds it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'autodock-webhook-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'secret');
    await writeFile(file, 'topsecret\n');
    const read = (env: Readonly<Record<string, string>>) => readSettings({ WEBHOOK_URL, ...env });
    expect(read({ AUTODOCK_BUS_SECRET_FILE: file }).secret).toBe('topsecret');
    expect(read({ AUTODOCK_BUS_SECRET: 'other' }).secret).toBe('other');
    expect(() => read({ AUTODOCK_BUS_SECRET: 'other', AUTODOCK_BUS_SECRET_FILE: file })).toThrow(
      'both set',
    );
    expect(() => read({ AUTODOCK_BUS_SECRET_FILE: folder })).toThrow('cannot be read');
  });

  test.each([
    '',
    'example.com/hook?key=hidden',
    'ftp://example.com/?key=hidden',
    'https://me:hidden@example.com/?key=hidden',
  ])('is refused with "%s", without what is secret of it', (url) => {
    const read = () => readSettings({ WEBHOOK_URL: url });
    expect(read).toThrow(/^WEBHOOK_URL (?!.*hidden)/);
  });
});
