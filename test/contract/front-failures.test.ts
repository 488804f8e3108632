import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseFailure } from '../../src/model/failure.ts';
import {
  refusedUrl,
  serve,
  startClosingBackend,
  startRawBackend,
  startSilentBackend,
} from '../parts/backend.ts';
import { request, startFront } from '../parts/front.ts';
import { askForTime, own, useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 1, env: { FRONT_WORKERS: '1' } });

const startBanner = () =>
  serve(createServer((socket) => void socket.end('220 mail.test ESMTP\r\n')));

let hosts = 0;
/** A host of its own for each test: of each kind a front notes one failure in ten seconds. */
async function routeTo(...urls: readonly string[]): Promise<string> {
  hosts += 1;
  const host = `f${hosts}.test`;
  await rig.route(host, ...urls);
  onTestFinished(async () => void (await rig.redis.client.del(`autodock:failures:${host}`)));
  return host;
}

const notedOf = async (host: string) =>
  (await rig.redis.client.lrange(`autodock:failures:${host}`, 0, -1)).map(parseFailure);

const startRaw = (bytes: string) => () => startRawBackend(bytes);

describe.each([
  ['closed', 'GET', 502, startClosingBackend],
  ['slow', 'GET', 504, startSilentBackend],
  ['not_http', 'GET', 502, startBanner],
  ['interim', 'POST', 502, startRaw('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n\r\n')],
  ['bad_answer', 'GET', 502, startRaw('HTTP/1.1 200 OK\r\nX-Mine : 1\r\n\r\n')],
])('a request that fails by %s', (reason, method, status, start) => {
  test('is kept with it for people, and has it in the log', async () => {
    const backend = await own(start());
    const host = await routeTo(backend.url);
    if (reason === 'slow') await askForTime(rig.redis, host, 300);
    expect((await request(rig.front.port, host, `/${reason}`, { method })).status).toBe(status);
    await waitFor('what is kept', async () =>
      expect(await notedOf(host)).toMatchObject([
        { host, method, status, reason, backend: backend.url },
      ]),
    );
    expect(await rig.redis.client.ttl(`autodock:failures:${host}`)).toBeGreaterThan(86_000);
    await waitFor('its line', async () => {
      const lines = (await rig.front.log()).split('\n');
      const line = lines.find((one) => one.includes(`"uri":"/${reason}"`)) ?? '{}';
      expect(JSON.parse(line)).toMatchObject({ status, reason, outcome: 'routed' });
    });
  });
});

test('a backend that fails every request is noted once in a while, and others for themselves', async () => {
  const [one, other] = [await own(startClosingBackend()), await own(startClosingBackend())];
  const host = await routeTo(one.url, other.url);
  for (let n = 0; n < 10; n += 1) await request(rig.front.port, host, '/', { method: 'POST' });
  await waitFor('both', async () => {
    const noted = await notedOf(host);
    expect(noted).toHaveLength(2);
    expect(new Set(noted.map((failure) => failure?.backend))).toEqual(
      new Set([one.url, other.url]),
    );
  });
});

/** A Redis whose clock is an hour behind. */
interface HourBehind {
  readonly socket: string;
  /** What it took from the last answer to TIME until a failure was written that goes by it, milliseconds. */
  tookMs(): number;
}

/** A Redis as it would be on a machine whose clock is an hour behind: on the way, its answers to TIME are changed. */
async function startHourBehind(socketPath: string): Promise<HourBehind> {
  let [toldAt, tookMs] = [0, 0];
  const behind = (all: string, seconds: string, micros: string) => {
    toldAt = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    return all.replace(seconds, String(Number(seconds) - 3_600));
  };
  const way = createServer((asking) => {
    const redis = connect(socketPath).on('error', () => asking.destroy());
    asking.on('error', () => redis.destroy()).pipe(redis);
    asking.on('data', (asked) => {
      if (asked.includes('LPUSH')) tookMs = Date.now() - toldAt;
    });
    redis.setEncoding('latin1').on('data', (reply: string) => {
      const time = /^\*2\r\n\$10\r\n(\d{10})\r\n\$\d\r\n(\d+)\r\n/;
      asking.write(reply.replace(time, behind), 'latin1');
    });
  });
  const path = join(await mkdtemp(join(tmpdir(), 'autodock-clock-')), 'redis.sock');
  way.listen(path);
  await once(way, 'listening');
  onTestFinished(async () => {
    way.close();
    await rm(dirname(path), { recursive: true });
  });
  return { socket: path, tookMs: () => tookMs };
}

test('the time of a failure is by the clock of Redis, however far that of the front is from it', async () => {
  const behind = await startHourBehind(rig.redis.socket);
  const front = await startFront({ redisSocket: behind.socket, env: { FRONT_WORKERS: '1' } });
  onTestFinished(() => front.stop());
  const host = await routeTo((await own(startClosingBackend())).url);
  const before = Date.now();
  await request(front.port, host, '/', { method: 'POST' });
  await waitFor('what is kept', async () => expect(await notedOf(host)).toHaveLength(1));
  const [failure] = await notedOf(host);
  const aMoment = 5; // clocks of nginx are read now and then
  // What Redis tells is older by what it took to come, which on a busy machine is more than a moment.
  const earliest = before - behind.tookMs() - aMoment;
  expect((failure?.at ?? 0) + 3_600_000).toBeGreaterThanOrEqual(earliest);
  expect((failure?.at ?? 0) + 3_600_000).toBeLessThanOrEqual(Date.now() + aMoment);
});

test('a request that reaches no backend has the reason in the log alone', async () => {
  const host = await routeTo(await refusedUrl());
  await request(rig.front.port, 'nobody.test', '/unknown');
  await request(rig.front.port, host, '/unreachable');
  await waitFor('their lines', async () => {
    const reasons = (await rig.front.log())
      .split('\n')
      .filter((line) => /"uri":"\/(unknown|unreachable)"/.test(line))
      .map((line) => (JSON.parse(line) as { readonly reason: string }).reason);
    expect(reasons).toEqual(['unknown', 'unreachable']);
  });
});
