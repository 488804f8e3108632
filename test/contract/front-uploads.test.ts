import { once } from 'node:events';
import { connect, type Settings } from 'node:http2';
import { expect, test } from 'vitest';
import { useOwnFronts } from '../parts/own-fronts.ts';

const { frontOf } = useOwnFronts();

test.each([
  ['768 KB of an upload by HTTP/2, by default', {}, 768],
  ['as much as FRONT_UPLOAD_WINDOW says', { FRONT_UPLOAD_WINDOW: '128' }, 128],
])('a client may send ahead %s', async (_title, env: Readonly<Record<string, string>>, window) => {
  const { port } = await frontOf(env);
  const session = connect(`http://127.0.0.1:${port}`);
  const [{ initialWindowSize }] = (await once(session, 'remoteSettings')) as [Settings];
  session.destroy();
  expect(initialWindowSize).toBe(window * 1024);
});

test('one connection of HTTP/2 can make the front hold 24 MB at most', async () => {
  const { port } = await frontOf({});
  const session = connect(`http://127.0.0.1:${port}`);
  const [{ initialWindowSize = 0, maxConcurrentStreams = Number.POSITIVE_INFINITY }] = (await once(
    session,
    'remoteSettings',
  )) as [Settings];
  session.destroy();
  expect(initialWindowSize * maxConcurrentStreams).toBeLessThanOrEqual(24 * 1024 * 1024);
});
