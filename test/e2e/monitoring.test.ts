import { describe, expect, onTestFinished, test } from 'vitest';
import { refusedUrl, startHttp } from '../parts/backend.ts';
import type { Controller } from '../parts/controller.ts';
import { type FakeSystem, openFakeSystem } from '../parts/fake-system.ts';
import { type Front, request, startFront } from '../parts/front.ts';
import { aPassLater, metricIs } from '../parts/looks.ts';
import {
  type Dashboard,
  inlined,
  metricsIn,
  type Query,
  queriesOf,
  readDashboard,
  readRules,
} from '../parts/monitoring.ts';
import { type Prometheus, startPrometheus } from '../parts/prometheus.ts';
import { promtool } from '../parts/promtool.ts';
import { frontAnswers, openSystem, type System, verdictOf } from '../parts/system.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

const rules = await readRules();
const alerts = rules.filter((rule) => 'alert' in rule);
const dashboard = await readDashboard();

describe('a Prometheus beside a system at work', () => {
  test('answers every question of the dashboard and every rule, and raises no alarm', async () => {
    const system = await openSystem({ frontEnv: { FRONT_METRICS_VHOST: 'on' } });
    onTestFinished(system.close);
    const prometheus = await watch(system.controller, system.front);

    await work(system);

    for (const query of queriesOf(dashboard)) {
      const ask = query.instant === true ? prometheus.query : prometheus.queryRange;
      const look = async () => expectData(await ask(filledIn(query, dashboard)));
      await waitFor(`data for ${query.name}`, () => look().catch(workingOn(system)), {
        everyMs: 500,
      });
    }
    for (const rule of rules) {
      if ('record' in rule) expectData(await prometheus.query(rule.record));
    }
    const alarms = await prometheus.alerts();
    expect(alarms.map(({ labels }) => labels.alertname)).toEqual(['AutodockContainersRejected']);
    await showsEveryMetric(prometheus);
    await pleasesPromtool(system);
    await answersWhatAlertsAsk(system);
  });
});

describe('a Prometheus beside a system that breaks', () => {
  test('raises every alert, and tells them to Alertmanager', async () => {
    const told: string[] = [];
    const alertmanager = await startHttp((asked, reply) => {
      asked.setEncoding('utf8').on('data', (part: string) => told.push(part));
      asked.on('end', () => reply.end());
    });
    onTestFinished(alertmanager.close);
    const system = await openFakeSystem({ env: { AUTODOCK_GUARD_MIN_DELETES: '2' } });
    const front = await startFront({ redisSocket: system.redis.socket });
    onTestFinished(front.stop);
    const prometheus = await watch(system.controller, front, new URL(alertmanager.url).host);
    const stage: Stage = { system, front, prometheus, texts: new Map() };

    await breakRoutes(stage);
    await breakRequests(stage);
    await breakDocker(stage);
    await breakRedis(stage);
    await breakProcesses(stage);

    const silent = alerts.filter(({ alert }) => !stage.texts.has(alert));
    expect(silent.map(({ alert }) => alert)).toEqual(['AutodockNoSuccessfulPass']);
    for (const text of stage.texts.values()) expect(text).not.toMatch(/<error|<no value>|%!/);
    await waitFor('Alertmanager to be told', () => {
      expect(told.join('')).toContain('"alertname":"AutodockPlanRefused"');
    });
  });
});

/** What breaks, and the texts of the alerts that were raised so far. */
interface Stage {
  readonly system: FakeSystem;
  readonly front: Front;
  readonly prometheus: Prometheus;
  readonly texts: Map<string, string>;
}

/** Waits until these alerts wait or fire; `again` is done meanwhile. */
async function raises(stage: Stage, names: readonly string[], again?: () => Promise<unknown>) {
  await waitFor(
    `the alerts ${names.join(', ')}`,
    async () => {
      await again?.();
      for (const { labels, annotations } of await stage.prometheus.alerts()) {
        stage.texts.set(labels.alertname ?? '', JSON.stringify(annotations));
      }
      expect([...stage.texts.keys()]).toEqual(expect.arrayContaining([...names]));
    },
    // Three starts of the controller may be among what is done meanwhile.
    { timeoutMs: 60_000 },
  );
}

async function breakRoutes(stage: Stage): Promise<void> {
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

async function breakRequests(stage: Stage): Promise<void> {
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

async function breakDocker(stage: Stage): Promise<void> {
  const { fake, controller } = stage.system;
  const [alert] = alerts.filter((rule) => rule.alert === 'AutodockNoSuccessfulPass');
  await aPassLater(controller);
  const stuck = inlined(alert?.expr ?? '', rules);
  expect(await stage.prometheus.query(stuck)).toEqual([]);
  // As it would be if no pass succeeded from now on.
  expect(await stage.prometheus.query(stuck, 130)).toHaveLength(1);

  const message = 'forbidden by a proxy';
  fake.fail('events', { kind: 'status', status: 403, message });
  fake.events.cut('reset');
  await raises(stage, ['AutodockEventStreamDown']);
  fake.fail('list', { kind: 'status', status: 403, message });
  await raises(stage, ['AutodockDockerDown']);
  fake.heal();
  await metricIs(controller, 'autodock_docker_event_stream_up', 1);
}

async function breakRedis(stage: Stage): Promise<void> {
  const { redis } = stage.system;
  redis.kill('SIGKILL');
  await raises(stage, ['AutodockRedisDown', 'AutodockFrontRedisDown'], () =>
    request(stage.front.port, 'new.test'),
  );
  await redis.restart();
}

async function breakProcesses(stage: Stage): Promise<void> {
  const { controller } = stage.system;
  const starts = async () =>
    (await stage.prometheus.query('process_start_time_seconds{job="autodock"}'))[0]?.value ?? 0;
  await raises(stage, ['AutodockRestarts'], async () => {
    const before = await starts();
    await controller.restart();
    await waitUntil('its new start to be scraped', async () => (await starts()) > before);
  });
  await controller.close();
  await stage.front.stop();
  await raises(stage, ['AutodockDown', 'AutodockFrontDown']);
}

/** All that a dashboard tells of: routes, a rejection, requests that succeed and that fail. */
async function work(system: System): Promise<void> {
  const { redis, host } = system;
  const gone = await refusedUrl();
  const rejected = await system.run(host('wrong'), { env: { PORT: '1' } });
  const routed = await system.run(host('routed'));
  await verdictOf(system, rejected, 'port-not-exposed');
  await frontAnswers(system, host('routed'), 200, routed.answer());
  await redis.client.rpush(`frontend:${host('gone')}`, 'foreign', gone);
  await redis.client.rpush(`frontend:${host('half')}`, 'foreign', gone, await system.url(routed));
  await frontAnswers(system, host('gone'), 502);
  await waitFor('a dead mark', async () => {
    await frontAnswers(system, host('half'), 200);
    expect(await redis.client.exists(`dead:${host('half')}`)).toBe(1);
  });
}

/** A rate needs changes within its window, and a slow machine has left those of the beginning behind. */
function workingOn(system: System): (missing: unknown) => Promise<never> {
  return async (missing) => {
    await (await system.run(system.host('again'))).remove();
    throw missing;
  };
}

function expectData(samples: readonly { readonly value: number }[]): void {
  expect(samples.filter(({ value }) => Number.isFinite(value))).not.toEqual([]);
}

/** A query as Grafana sends it when everything is chosen and a minute is looked at. */
function filledIn({ expr }: Query, { templating }: Dashboard): string {
  return templating.list.reduce(
    (text, { name, allValue = '' }) => text.replaceAll(`$${name}`, allValue),
    expr.replaceAll('$__rate_interval', '1m'),
  );
}

/** Both ways: nothing is asked for that is not there, and no metric of ours is left out. */
async function showsEveryMetric(prometheus: Prometheus): Promise<void> {
  const expressions = [...queriesOf(dashboard), ...rules].map(({ expr }) => expr);
  const asked = new Set(expressions.flatMap(metricsIn));
  const names = await prometheus.names();
  expect([...asked].filter((name) => !names.includes(name))).toEqual([]);
  const ours = names.filter((name) => name.startsWith('autodock_'));
  const family = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
  const families = new Set([...asked].map(family));
  expect(ours.filter((name) => !families.has(family(name)))).toEqual([]);
}

async function pleasesPromtool({ controller, front }: System): Promise<void> {
  for (const url of [controller.baseUrl, `http://127.0.0.1:${front.statusPort}`]) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('autodock_');
    expect(await promtool(['check', 'metrics'], metrics)).toEqual({ code: 0, said: '' });
  }
}

/** What the texts of the alerts tell a person to look at is there. */
async function answersWhatAlertsAsk({ controller, front }: System): Promise<void> {
  for (const { alert, annotations } of alerts) {
    const at = alert.startsWith('AutodockFront')
      ? `http://127.0.0.1:${front.statusPort}`
      : controller.baseUrl;
    const paths = annotations.description?.match(
      /(?<=curl http:\/\/{{ \$labels\.instance }})[^`]+/g,
    );
    for (const path of paths ?? []) expect((await fetch(`${at}${path}`)).status, path).toBe(200);
  }
}

async function watch(
  { baseUrl }: Controller,
  { statusPort }: Front,
  alertmanager?: string,
): Promise<Prometheus> {
  const controllerPort = Number(new URL(baseUrl).port);
  const to = alertmanager === undefined ? {} : { alertmanager };
  const prometheus = await startPrometheus({ controllerPort, frontStatusPort: statusPort, ...to });
  onTestFinished(prometheus.stop);
  await waitFor('both to be scraped', async () => {
    expect((await prometheus.query('up')).map(({ value }) => value)).toEqual([1, 1]);
  });
  return prometheus;
}
