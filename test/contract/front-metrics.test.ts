import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { refusedUrl } from '../parts/backend.ts';
import { type Front, request, startFront } from '../parts/front.ts';
import { useFront } from '../parts/front-fixture.ts';
import { workersOf } from '../parts/front-processes.ts';
import { waitFor } from '../parts/wait-for.ts';
import { upgrade } from '../parts/websocket.ts';

const rig = useFront({ backends: 2, env: { FRONT_WORKERS: '1' } });

async function metricsOf(front: Front): Promise<string> {
  return (await request(front.statusPort, 'localhost', '/metrics')).body;
}

/** The sample of this name and these labels. */
async function sampleOf(name: string, front: Front = rig.front): Promise<number> {
  const line = (await metricsOf(front)).split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`there is no ${name}`);
  return Number(line.slice(name.length + 1));
}

/** Waits until samples have grown by so much; workers tell what they counted once a second. */
async function grow(by: Readonly<Record<string, number>>, act: () => Promise<unknown>) {
  const names = Object.keys(by);
  const values = () => Promise.all(names.map((name) => sampleOf(`autodock_front_${name}`)));
  const before = await values();
  await act();
  await waitFor('the counters', async () => {
    const grown = (await values()).map((value, index) => value - (before[index] ?? 0));
    expect(Object.fromEntries(names.map((name, index) => [name, grown[index]]))).toEqual(by);
  });
}

test('requests are counted by the class of their status, with their times', async () => {
  await rig.route('a.test', rig.url(1));

  await grow(
    {
      'requests_total{class="2xx"}': 3,
      'requests_total{class="4xx"}': 2,
      'refused_total{reason="unknown"}': 2,
      request_duration_seconds_count: 5,
      'request_duration_seconds_bucket{le="+Inf"}': 5,
    },
    async () => {
      for (const host of ['a.test', 'a.test', 'a.test', 'x.test', 'y.test']) {
        await rig.answerer(host);
      }
    },
  );
});

test('what a worker ends that a reload replaced is counted, too', async () => {
  await rig.route('c.test', rig.url(1));

  await grow({ 'requests_total{class="1xx"}': 1 }, async () => {
    const { socket, received } = upgrade(rig.front.port, 'c.test');
    await waitFor('the handshake', () => expect(received()).toMatch(/^HTTP\/1\.1 101 /));
    const [worker] = await workersOf(rig.front);
    process.kill(rig.front.pid, 'SIGHUP');
    await waitFor('it to be told to end what it began', async () =>
      expect(await readFile(`/proc/${worker}/cmdline`, 'utf8')).toContain('is shutting down'),
    );
    socket.destroy();
  });
});

test('a backend that cannot be reached is a retry and a mark', async () => {
  await rig.route('b.test', await refusedUrl(), rig.url(2));

  await grow({ retries_total: 1, dead_marks_total: 1 }, () =>
    waitFor('the mark', async () => {
      expect(await rig.answerer('b.test')).toBe('B2');
      expect(await rig.dead('b.test')).toEqual(['0']);
    }),
  );
});

test('a mark that goes because its backend answers is counted', async () => {
  await rig.route('d.test', rig.url(1), await refusedUrl());
  await rig.redis.client.sadd('dead:d.test', '0');

  await grow({ dead_marks_lifted_total: 1 }, () => rig.answerer('d.test'));
});

test('a route is looked up once, and then found in the cache', async () => {
  await rig.route('c.test', rig.url(1));
  await waitFor('the front to hear changes', async () =>
    expect(await rig.front.status()).toMatchObject({ tracking: true }),
  );

  await grow({ redis_lookups_total: 1, cache_hits_total: 3 }, async () => {
    for (let n = 0; n < 4; n += 1) await rig.answerer('c.test');
  });
});

test('an outage of Redis is told, and its end', async () => {
  expect(await sampleOf('autodock_front_redis_up')).toBe(1);
  const failures = await sampleOf('autodock_front_redis_failures_total');

  rig.redis.kill('SIGKILL');
  await waitFor('the outage', async () => {
    await rig.answerer('d.test');
    expect(await sampleOf('autodock_front_redis_up')).toBe(0);
    expect(await sampleOf('autodock_front_tracking_up')).toBe(0);
    expect(await sampleOf('autodock_front_redis_failures_total')).toBeGreaterThan(failures);
  });

  await rig.redis.restart();
  await waitFor('its end', async () => {
    expect(await sampleOf('autodock_front_redis_up')).toBe(1);
    expect(await sampleOf('autodock_front_tracking_up')).toBe(1);
  });
});

test('no vhost is a label, unless that is asked for', async () => {
  await rig.route('secret.test', rig.url(1));
  const env = { FRONT_METRICS_VHOST: 'on', FRONT_WORKERS: '1' };
  const telling = await startFront({ redisSocket: rig.redis.socket, env });
  onTestFinished(() => telling.stop());
  await rig.answerer('secret.test');
  await request(telling.port, 'secret.test');
  await request(telling.port, 'invented.test');

  await waitFor('the vhost', async () => {
    const name = 'autodock_front_vhost_requests_total{vhost="secret.test",class="2xx"}';
    expect(await sampleOf(name, telling)).toBe(1);
  });
  expect(await metricsOf(telling)).not.toContain('invented.test');
  expect(await metricsOf(rig.front)).not.toContain('secret.test');
});

test('promtool finds nothing to say against any of them', async () => {
  const promtool = spawn('promtool', ['check', 'metrics']);
  promtool.stdin.end(await metricsOf(rig.front));
  const said = Promise.all([text(promtool.stdout), text(promtool.stderr)]);
  const [code] = await once(promtool, 'close');
  expect([code, ...(await said)]).toEqual([0, '', '']);
});

test('every metric is in the table of the documentation', async () => {
  await rig.route('a.test', rig.url(1));
  const front = await startFront({
    redisSocket: rig.redis.socket,
    env: { FRONT_METRICS_VHOST: 'on' },
  });
  onTestFinished(() => front.stop());
  await request(front.port, 'a.test');
  await waitFor('the vhosts', async () =>
    expect(await metricsOf(front)).toContain('autodock_front_vhost_requests_total{'),
  );
  const names = [...(await metricsOf(front)).matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);
  const docs = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const told = [...docs.matchAll(/`(autodock_front_\w+)/g)].map(([, name]) => name);
  expect(new Set(told)).toEqual(new Set(names));
});
