import { once } from 'node:events';
import { connect, type Settings } from 'node:http2';
import { expect, it } from 'vitest';
import { useOwnFronts } from '../parts/own-fronts.ts';

const { frontOf } = useOwnFronts();

it.each([
  ['768 KB of an upload by HTTP/2, by default', {}, 768],
  ['as much as FRONT_UPLOAD_WINDOW says', { FRONT_UPLOAD_WINDOW: '128' }, 128],
])('a client may send ahead %s', async (_title, env: Readonly<Record<string, string>>, window) => {
  const { port } = await frontOf(env);
  const session = connect(`http://127.0.0.1:${port}`);
  const [{ initialWindowSize }] = (await once(session, 'remoteSettings')) as [Settings];
  session.destroy();
  expect(initialWindowSize).toBe(window * 1024);
});
