import { request as httpRequest, type IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { startHttp } from '../parts/backend.ts';
import { request } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';
import { workersOf } from '../parts/front-processes.ts';
import { waitFor } from '../parts/wait-for.ts';

const SILENCE_MS = 2_500;
const rig = useFront({
  backends: 1,
  env: { FRONT_READ_TIMEOUT: '1s', FRONT_IDLE_TIMEOUT: '1h', FRONT_WORKERS: '1' },
});

/** Streams whose second event comes only after a silence that is longer than the front waits for others. */
async function routeStream(host: string): Promise<void> {
  const backend = await own(
    startHttp((asked, reply) => {
      asked.resume();
      if (asked.url === '/slow') return;
      reply.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      reply.write('data: first\n\n');
      if (asked.url !== '/short') setTimeout(() => reply.end('data: second\n\n'), SILENCE_MS);
      else reply.end();
    }),
  );
  await rig.route(host, backend.url);
}

/** What came of a stream until it ended, whole or not. */
interface Streamed {
  readonly whole: boolean;
  readonly text: string;
}

/** What comes of one that begins: on a busy machine it may do so later than the front waits for anything. */
function streamed(port: number, host: string, path: string, method = 'GET'): Promise<Streamed> {
  return waitFor('a stream', async () => {
    const { status, ...said } = await ask(port, host, path, method);
    expect(status).toBe(200);
    return said;
  });
}

async function ask(
  port: number,
  host: string,
  path: string,
  method: string,
): Promise<Streamed & { readonly status: number | undefined }> {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, method, agent: false, headers: { host } }, resolve)
      .on('error', reject)
      .end();
  });
  const { statusCode: status } = reply;
  let text = '';
  reply.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return new Promise((resolve) => {
    reply.on('close', () => resolve({ whole: reply.complete, text, status }));
    reply.on('error', () => undefined);
  });
}

describe('a stream of events that its answer alone names', () => {
  test('is cut once by a silence, and may be silent from then on', async () => {
    await routeStream('a.test');
    const { port } = rig.front;
    expect(await streamed(port, 'a.test', '/events')).toMatchObject({ whole: false });
    const again = await streamed(port, 'a.test', '/events?since=1', 'POST');
    expect(again).toEqual({ whole: true, text: 'data: first\n\ndata: second\n\n' });
  });

  test('is known by the first answer, which need not have been silent, and by what its path stands for', async () => {
    await routeStream('b.test');
    const { port } = rig.front;
    await rig.route('*.b.test', (await rig.redis.client.lrange('frontend:b.test', 1, 1))[0] ?? '');
    await streamed(port, 'any.b.test', '/jobs/17/events');
    expect(await streamed(port, 'other.b.test', '/jobs/4711/events')).toMatchObject({
      whole: true,
    });
  });

  test('gives no time to other paths and hosts', async () => {
    await routeStream('c.test');
    await streamed(rig.front.port, 'c.test', '/short');
    expect((await request(rig.front.port, 'c.test', '/slow')).status).toBe(504);
    await routeStream('d.test');
    expect(await streamed(rig.front.port, 'd.test', '/events')).toMatchObject({ whole: false });
  });

  test('has a time that somebody asked for its host all the same', async () => {
    const since = { timeout: 1, idle: 1 };
    const ask = (host: string, words: object) =>
      rig.redis.client.hset(`autodock:options:${host}`, 'one', JSON.stringify({ ...words, since }));
    await ask('timed.test', { timeout: 1_000 });
    await ask('both.test', { timeout: 1_000, idle: 60_000 });
    const { port } = rig.front;
    for (const host of ['timed.test', 'both.test']) {
      await routeStream(host);
      await streamed(port, host, '/short');
    }
    const [timed, both] = ['timed.test', 'both.test'].map((host) =>
      streamed(port, host, '/short?long'),
    );
    expect([(await timed)?.whole, (await both)?.whole]).toEqual([false, true]);
  });

  test('is known still after a reload, to a worker that never saw one', async () => {
    await routeStream('e.test');
    await streamed(rig.front.port, 'e.test', '/events');
    const before = await workersOf(rig.front);
    process.kill(rig.front.pid, 'SIGHUP');
    await waitFor('the old worker to be gone', async () => {
      const now = await workersOf(rig.front);
      expect(now.filter((pid) => before.includes(pid))).toEqual([]);
    });
    expect(await streamed(rig.front.port, 'e.test', '/events')).toMatchObject({ whole: true });
  });
});
