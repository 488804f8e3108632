import { Agent } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { refusedUrl } from '../parts/backend.ts';
import { ask, type Front, refusedStart, request, startFront } from '../parts/front.ts';
import { logReadersOf } from '../parts/front-processes.ts';
import { parseMetrics } from '../parts/metrics.ts';
import { HOST, useOwnFronts } from '../parts/own-fronts.ts';
import { startRedis } from '../parts/redis.ts';
import { takenPort } from '../parts/taken-port.ts';
import { openUnreadPipe } from '../parts/unread-pipe.ts';
import { waitFor } from '../parts/wait-for.ts';

const { frontOf } = useOwnFronts();

/** A front whose log nobody reads. */
async function unreadFront(env: Readonly<Record<string, string>> = {}, ...urls: string[]) {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  if (urls.length > 0) await redis.client.rpush(`frontend:${HOST}`, HOST, ...urls);
  const pipe = openUnreadPipe();
  const front = await startFront({ redisSocket: redis.socket, env, output: pipe.input });
  onTestFinished(() => front.stop());
  return { front, pipe };
}

/** How often each status came for so many requests, on eight connections. */
async function statusesOf({ port }: Front, requests: number, pathOf: (n: number) => string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const asked = Array.from({ length: requests }, (_, n) =>
    ask(port, HOST, { agent, path: pathOf(n) }),
  );
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(asked)) counts[status] = (counts[status] ?? 0) + 1;
  agent.destroy();
  return counts;
}

async function lostLines({ statusPort }: Front, log: string): Promise<number> {
  const { body } = await request(statusPort, 'localhost', '/metrics');
  return parseMetrics(body).value('autodock_front_log_lost_total', { log });
}

/** The access log's lines in a text that holds others as well. */
function accessLines(text: string): readonly { readonly uri: string }[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as { readonly uri: string });
}

describe('a log that nobody reads', () => {
  test('stops no request; the oldest lines go, are counted, and are told of when it is read', async () => {
    const { front, pipe } = await unreadFront();
    const long = 'x'.repeat(8000);
    expect(await statusesOf(front, 4000, (n) => `/${n}?${long}`)).toEqual({ 404: 4000 });
    expect((await request(front.statusPort, 'localhost', '/healthz')).status).toBe(200);
    await waitFor('lines to be lost', async () =>
      expect(await lostLines(front, 'access')).toBeGreaterThan(0),
    );

    pipe.read();
    const lost = await waitFor('the word about it', () => {
      const [, count] = /(\d+) lines of the access log are lost/.exec(pipe.text()) ?? [];
      if (count === undefined) throw new Error('not yet');
      return Number(count);
    });
    expect(await lostLines(front, 'access')).toBe(lost);
    await waitFor('all others', () => expect(accessLines(pipe.text())).toHaveLength(4000 - lost));
  });

  test('stops none either if it is the log of errors', async () => {
    const { front } = await unreadFront({ FRONT_ACCESS_LOG: 'off' }, await refusedUrl());
    expect(await statusesOf(front, 1500, () => '/')).toEqual({ 502: 1500 });
    expect((await request(front.statusPort, 'localhost', '/healthz')).status).toBe(200);
  });

  test('does not keep the front from ending', async () => {
    const { front } = await unreadFront();
    await statusesOf(front, 1000, (n) => `/${n}`);
    process.kill(front.pid, 'SIGQUIT');
    expect(await front.ended()).toBe(0);
  });
});

describe('whoever passes the log on', () => {
  test('goes on where it was if it is killed', async () => {
    const front = await frontOf({});
    for (let round = 0; round < 3; round += 1) {
      await statusesOf(front, 300, (n) => `/${round}-${n}`);
      for (const reader of await logReadersOf(front)) process.kill(reader, 'SIGKILL');
    }
    await statusesOf(front, 1, () => '/last');
    await waitFor('every line', async () => {
      const uris = new Set(accessLines(await front.log()).map(({ uri }) => uri));
      expect(uris.size).toBe(901);
    });
  });

  test('may hang: requests go on', async () => {
    const front = await frontOf({});
    const readers = await logReadersOf(front);
    for (const reader of readers) process.kill(reader, 'SIGSTOP');
    expect(await statusesOf(front, 1000, (n) => `/${n}`)).toEqual({ 404: 1000 });
    for (const reader of readers) process.kill(reader, 'SIGCONT');
    await waitFor('all lines', async () =>
      expect(accessLines(await front.log())).toHaveLength(1000),
    );
  });

  test('passes on what a front says before it ends', async () => {
    const front = await frontOf({});
    await statusesOf(front, 500, (n) => `/${n}`);
    process.kill(front.pid, 'SIGTERM');
    expect(await front.ended()).toBe(0);
    expect(accessLines(await front.log())).toHaveLength(500);
  });

  test('ends with the front where each of its processes is told to, as by a terminal', async () => {
    const front = await frontOf({});
    await statusesOf(front, 100, (n) => `/${n}`);
    for (const process_ of [...(await logReadersOf(front)), front.pid]) {
      process.kill(process_, 'SIGTERM');
    }
    expect(await front.ended()).toBe(0);
    expect(accessLines(await front.log())).toHaveLength(100);
  });

  test('passes on why nginx does not start, and its exit code', async () => {
    const FRONT_HTTP_PORT = await takenPort();
    const env = { FRONT_HTTP_HOST: '127.0.0.1', FRONT_HTTP_PORT, FRONT_USER: 'root' };
    const { code, message } = await refusedStart(env);
    expect(code).toBe(1);
    expect(message).toContain(`bind() to 127.0.0.1:${FRONT_HTTP_PORT} failed`);
  });
});
