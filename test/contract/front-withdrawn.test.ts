import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { refusedUrl, serve } from '../parts/backend.ts';
import { request } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({
  backends: 0,
  // Nothing but a withdrawal ends a kept connection.
  env: { FRONT_HOLD: '1h', FRONT_BACKEND_KEEPALIVE: '1h', FRONT_WORKERS: '1' },
});

test.each(['127.0.0.1', '::1'])(
  'a backend that leaves its list loses its idle connections, at %s',
  async (address) => {
    const { url, open } = await patientBackend(address);
    await rig.route('a.com', url);
    expect((await request(rig.front.port, 'a.com')).status).toBe(200);
    await waitFor('that of its prober to end', () => expect(open.size).toBe(1));
    await rig.redis.client.lrem('frontend:a.com', 1, url);
    await waitFor('the connection to end', () => expect(open.size).toBe(0));
  },
);

test('a request that is on its way to it ends by itself, and its connection with it', async () => {
  const { url, open, asked } = await patientBackend();
  await rig.route('a.com', url);
  const [first, second] = [1, 2].map(() => request(rig.front.port, 'a.com', '/slow'));
  await waitFor('both to be asked', () => expect(asked).toHaveLength(2));
  asked[0]?.end('done');
  await Promise.race([first, second]);
  await waitFor('that of its prober to end', () => expect(open.size).toBe(2));
  await rig.redis.client.del('frontend:a.com');
  await waitFor('the host to be gone', async () => {
    expect((await request(rig.front.port, 'a.com')).status).toBe(404);
  });
  asked[1]?.end('done');
  expect(await Promise.all([first, second])).toMatchObject([
    { status: 200, body: 'done' },
    { status: 200, body: 'done' },
  ]);
  await waitFor('the connections to end', () => expect(open.size).toBe(0));
});

test('other backends keep theirs', async () => {
  const [gone, stays] = [await patientBackend(), await patientBackend()];
  await rig.route('a.com', gone.url);
  await rig.route('b.com', stays.url);
  await request(rig.front.port, 'a.com');
  await request(rig.front.port, 'b.com');
  await rig.redis.client.del('frontend:a.com');
  await waitFor('the connection to end', () => expect(gone.open.size).toBe(0));
  await waitFor('that of its prober to end', () => expect(stays.open.size).toBe(1));
});

test('a request that is tried again goes to none that was withdrawn meanwhile', async () => {
  const held: { readonly name: string; readonly end: () => void }[] = [];
  const start = async (name: string) =>
    own(
      serve(
        createServer(({ url, socket }, reply) => {
          if (url !== '/held' || held.length > 0) reply.end(name);
          else held.push({ name, end: () => socket.destroy() });
        }),
      ),
    );
  const urls = { one: (await start('one')).url, two: (await start('two')).url };
  await rig.route('a.com', urls.one, urls.two);
  const asked = request(rig.front.port, 'a.com', '/held');
  await waitFor('one to be asked', () => expect(held).toHaveLength(1));
  const [{ name = '', end = () => undefined } = {}] = held;

  await rig.redis.client.lrem('frontend:a.com', 1, name === 'one' ? urls.two : urls.one);
  await waitFor('the front to know', async () => {
    const answers = [1, 2, 3, 4].map(() => request(rig.front.port, 'a.com'));
    expect((await Promise.all(answers)).map(({ body }) => body)).toEqual([name, name, name, name]);
  });
  end();

  expect((await asked).body).toBe(name);
});

test('one that accepted no connection is no longer told as unproven', async () => {
  const refused = await refusedUrl();
  const { url } = await patientBackend();
  for (const host of ['gone.com', 'stays.com']) {
    await rig.route(host, refused, url);
    expect((await request(rig.front.port, host)).status).toBe(200);
  }
  await rig.redis.client.del('frontend:gone.com');
  await waitFor('the front to know', async () => {
    expect((await request(rig.front.port, 'gone.com')).status).toBe(404);
  });
  const notesOf = (host: string) => rig.redis.client.lrange(`autodock:failures:${host}`, 0, -1);
  await waitFor('the note of who has it', async () => {
    expect(await notesOf('stays.com')).toHaveLength(1);
  });
  expect(await notesOf('gone.com')).toEqual([]);
});

/** Never ends a connection by itself, and answers `/slow` when a test does so. */
async function patientBackend(address = '127.0.0.1') {
  const [open, asked] = [new Set<Socket>(), [] as ServerResponse[]];
  const server = createServer({ keepAliveTimeout: 0 }, (request_, reply) => {
    if (request_.url === '/slow') asked.push(reply);
    else reply.end('at once');
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  const { url } = await own(serve(server, address));
  return { url, open, asked };
}
