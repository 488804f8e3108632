import { once } from 'node:events';
import { connect, type Settings } from 'node:http2';
import { expect, onTestFinished, test } from 'vitest';
import { HOST, useOwnFronts } from '../parts/own-fronts.ts';
import { waitFor } from '../parts/wait-for.ts';

const { backend, frontOf } = useOwnFronts();

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

test('more uploads at once than FRONT_UPLOADS are 503, and neither small bodies nor others', async () => {
  const { port } = await frontOf({ FRONT_UPLOADS: '2' }, backend.url);
  const session = connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  const begin = (method: string, headers: Readonly<Record<string, string>> = {}) => {
    const head = { ...headers, ':method': method, ':path': '/', ':authority': HOST };
    const stream = session.request(head, { endStream: method === 'GET' });
    const answer = once(stream.resume(), 'response') as Promise<[{ readonly ':status': number }]>;
    return { stream, status: answer.then(([{ ':status': status }]) => status) };
  };
  const held = [begin('PUT'), begin('POST')];
  for (const { stream } of held) stream.write('x');
  await waitFor('the limit to be reached', async () => {
    const third = begin('POST');
    third.stream.end('x');
    expect(await third.status).toBe(503);
  });
  const small = begin('POST', { 'content-length': '1' });
  small.stream.end('x');
  expect([await small.status, await begin('GET').status]).toEqual([200, 200]);

  for (const { stream } of held) stream.end();
  expect(await Promise.all(held.map(({ status }) => status))).toEqual([200, 200]);
  await waitFor('a further one', async () => {
    const next = begin('PUT');
    next.stream.end('x');
    expect(await next.status).toBe(200);
  });
});
