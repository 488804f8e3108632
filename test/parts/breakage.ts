import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { refusedUrl, startHttp } from './backend.ts';
import { selfSigned } from './certificate.ts';
import type { FakeSystem } from './fake-system.ts';
import { type Front, request } from './front.ts';
import { aPassLater, metricIs } from './looks.ts';
import { inlined, readRules } from './monitoring.ts';
import type { Prometheus } from './prometheus.ts';
import { waitFor, waitUntil } from './wait-for.ts';

/** The connections of the front that is to run out of them. */
export const FEW_CONNECTIONS = 200;

/** What breaks, and the texts of the alerts that were raised so far. */
export interface Stage {
  readonly system: FakeSystem;
  readonly front: Front;
  readonly prometheus: Prometheus;
  readonly texts: Map<string, string>;
}

/** Waits until these alerts wait or fire; `again` is done meanwhile. */
async function raises(stage: Stage, names: readonly string[], again?: () => Promise<unknown>) {
  await waitFor(`the alerts ${names.join(', ')}`, async () => {
    await again?.();
    for (const { labels, annotations } of await stage.prometheus.alerts()) {
      stage.texts.set(labels.alertname ?? '', JSON.stringify(annotations));
    }
    expect([...stage.texts.keys()]).toEqual(expect.arrayContaining([...names]));
  });
}

/** Containers that are rejected or unknown, a plan that is refused, passes that are fenced. */
export async function breakRoutes(stage: Stage): Promise<void> {
  const { fake, redis, controller, routed, run } = stage.system;
  run('wrong.test', { env: ['VIRTUALHOST=wrong.test', 'PORT=1'] });
  fake.fail('inspect', { kind: 'status', status: 500, message: 'stuck' }, { id: run('x.test').id });
  await raises(stage, ['AutodockContainersRejected', 'AutodockContainersUnknown']);

  const lost = [await routed('a.test'), await routed('b.test')];
  for (const { id } of lost) fake.world.kill(id);
  await raises(stage, ['AutodockPlanRefused']);

  // Another pass between this one's reading and its writing, again and again.
  const { url } = await routed('c.test');
  const [owner = ''] = await redis.client.zrange('autodock:owners', '0', '0');
  await raises(stage, ['AutodockPassesFenced'], async () => {
    fake.onRequest((kind) => {
      if (kind === 'list') void redis.client.zincrby('autodock:owners', 1, owner);
    });
    await redis.client.lrem('frontend:c.test', 0, url);
    await controller.reconcile();
  });
  fake.onRequest(() => undefined);
  await stage.system.routes.becomes('c.test', [url]);
}

/** Backends that are dead or gone, and a front that may not cache. */
export async function breakRequests(stage: Stage): Promise<void> {
  const { client } = stage.system.redis;
  const { port } = stage.front;
  const gone = await refusedUrl();
  const working = await startHttp((_asked, reply) => void reply.end());
  onTestFinished(working.close);
  let hosts = 0;
  // Each host has marks of its own.
  await raises(stage, ['AutodockFrontDeadMarks'], async () => {
    const host = `half-${hosts}.test`;
    hosts += 1;
    await client.rpush(`frontend:${host}`, 'foreign', gone, working.url);
    await waitUntil('a mark', async () => {
      await request(port, host);
      return (await client.exists(`dead:${host}`)) === 1;
    });
  });
  await client.rpush('frontend:gone.test', 'foreign', gone);
  await raises(stage, ['AutodockFrontErrors', 'AutodockFrontErrorsHigh'], () =>
    Promise.all(Array.from({ length: 20 }, () => request(port, 'gone.test'))),
  );
  // The tracking connection is refused from now on.
  await client.acl('SETUSER', 'default', '-client|tracking');
  await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await raises(stage, ['AutodockFrontNotCaching']);
}

/** Clients keep most of the front's connections open, and nobody reads what it logs. */
export async function crowdFront(stage: Stage): Promise<void> {
  const { port } = stage.front;
  const path = `/${'x'.repeat(8_000)}`;
  await raises(stage, ['AutodockFrontLogLost'], async () => {
    for (let n = 0; n < 10; n += 1) {
      await Promise.all(Array.from({ length: 20 }, () => request(port, 'long.test', path)));
    }
  });
  const clients = new Set<Socket>();
  const leave = () => {
    for (const client of clients) client.destroy();
  };
  onTestFinished(leave);
  // Again and again: the front keeps none for long whose request does not go on.
  await raises(stage, ['AutodockFrontConnections'], async () => {
    while (clients.size < 0.85 * FEW_CONNECTIONS) {
      const client = connect(port, '127.0.0.1');
      clients.add(client);
      client.on('error', () => undefined).on('close', () => clients.delete(client));
      // A request that has begun, so that it is not closed as idle.
      await once(client, 'connect');
      client.write('POST / HTTP/1.1\r\nHost: long.test\r\nContent-Length: 10\r\n\r\n');
      client.resume();
    }
  });
  leave();
}

/** A certificate ends soon, and another has no key. */
export async function breakCertificates(stage: Stage, folder: string): Promise<void> {
  const { certificate, key } = await selfSigned('soon.test');
  await writeFile(join(folder, 'soon.test.key'), key);
  for (const name of ['soon.test', 'half.test']) {
    await writeFile(join(folder, `${name}.crt`), certificate);
  }
  await raises(stage, ['AutodockFrontCertificateEnds', 'AutodockFrontCertificateUnreadable']);
}

/** Another host said once that it is at work, and no more. */
export async function breakHosts(stage: Stage): Promise<void> {
  const { client } = stage.system.redis;
  const [now = 0] = await client.time();
  const [, redis = ''] = /run_id:(\w+)/.exec(await client.info('server')) ?? [];
  const record = {
    id: 'ENGINE:GONE',
    name: 'gone',
    address: 'published',
    nonce: 'n',
    redis,
    leaseMs: 10_000,
  };
  await client.zadd('autodock:owners', String(now * 1_000), 'gone');
  await client.set('autodock:engine:gone', JSON.stringify({ ...record, at: now * 1_000 }));
  await raises(stage, ['AutodockHostLapsed']);
}

/** The engine's events and then its list are refused. */
export async function breakDocker(stage: Stage): Promise<void> {
  const { fake, controller } = stage.system;
  const rules = await readRules();
  const alert = rules.find((rule) => 'alert' in rule && rule.alert === 'AutodockNoSuccessfulPass');
  await aPassLater(controller);
  const stuck = inlined(alert?.expr ?? '', rules);
  // What it tells is what was scraped last.
  await waitFor('the pass to be scraped', async () => {
    expect(await stage.prometheus.query(stuck)).toEqual([]);
    // As it would be if no pass succeeded from now on.
    expect(await stage.prometheus.query(stuck, 130)).toHaveLength(1);
  });

  const message = 'forbidden by a proxy';
  fake.fail('events', { kind: 'status', status: 403, message });
  fake.events.cut('reset');
  await raises(stage, ['AutodockEventStreamDown']);
  fake.fail('list', { kind: 'status', status: 403, message });
  await raises(stage, ['AutodockDockerDown']);
  fake.heal();
  await metricIs(controller, 'autodock_docker_event_stream_up', 1);
}

/** Redis becomes a replica of nobody, holds what nobody claims, is killed, and comes back. */
export async function breakRedis(stage: Stage): Promise<void> {
  const { redis, routed } = stage.system;
  await redis.client.replicaof('127.0.0.1', 1);
  await raises(stage, ['AutodockFrontRedisLinkDown']);
  await redis.client.replicaof('NO', 'ONE');
  await redis.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await redis.client.rpush('frontend:stray.test', 'foreign', (await routed('d.test')).url);
  // It tells when it is reached anew, and both are looked for then.
  await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await raises(stage, ['AutodockRedisMayEvict', 'AutodockStrays']);
  redis.kill('SIGKILL');
  await raises(stage, ['AutodockRedisDown', 'AutodockFrontRedisDown'], () =>
    request(stage.front.port, 'new.test'),
  );
  await redis.restart();
}

/** The controller restarts again and again, and then both it and the front end. */
export async function breakProcesses(stage: Stage): Promise<void> {
  const { controller } = stage.system;
  const starts = async () =>
    (await stage.prometheus.query('process_start_time_seconds{job="autodock"}'))[0]?.value ?? 0;
  await raises(stage, ['AutodockRestarts'], async () => {
    const before = await starts();
    // It is told in whole seconds: two starts in one of them look like one.
    await waitUntil('the next second', () => Date.now() / 1_000 > before + 1);
    await controller.restart();
    await waitUntil('its new start to be scraped', async () => (await starts()) > before);
  });
  await controller.close();
  await stage.front.stop();
  await raises(stage, ['AutodockDown', 'AutodockFrontDown']);
}
