import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SHORT_LEASE } from '../parts/age-lease.ts';
import { refusedUrl, startHttp } from '../parts/backend.ts';
import {
  breakCertificates,
  breakDocker,
  breakHosts,
  breakProcesses,
  breakRedis,
  breakRequests,
  breakRoutes,
  crowdFront,
  FEW_CONNECTIONS,
  type Stage,
} from '../parts/breakage.ts';
import type { Controller } from '../parts/controller.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { freePort } from '../parts/free-port.ts';
import { type Front, startFront } from '../parts/front.ts';
import {
  type Dashboard,
  metricsIn,
  type Query,
  queriesOf,
  readDashboard,
  readRules,
} from '../parts/monitoring.ts';
import { type Prometheus, startPrometheus } from '../parts/prometheus.ts';
import { promtool } from '../parts/promtool.ts';
import { frontAnswers, openSystem, type System, verdictOf } from '../parts/system.ts';
import { openUnreadPipe } from '../parts/unread-pipe.ts';
import { waitFor } from '../parts/wait-for.ts';

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
      // Of what was scraped too late on a busy machine there is none for a moment.
      const look = async (name: string) => expectData(await prometheus.query(name));
      if ('record' in rule) await waitFor(`data for ${rule.record}`, () => look(rule.record));
    }
    // What was scraped too late on a busy machine is down for a moment, and its alert waits for longer than that.
    await waitFor('no other alarm', async () => {
      const alarms = await prometheus.alerts();
      expect(alarms.map(({ labels }) => labels.alertname)).toEqual(['AutodockContainersRejected']);
    });
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
    const system = await openFakeSystem({
      env: { ...SHORT_LEASE, AUTODOCK_GUARD_MIN_DELETES: '2' },
    });
    const folder = await mkdtemp(join(tmpdir(), 'autodock-certificates-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const env = {
      FRONT_HTTPS_PORT: String(await freePort()),
      FRONT_CERTIFICATES: folder,
      FRONT_WORKERS: '1',
      FRONT_CONNECTIONS: String(FEW_CONNECTIONS),
      FRONT_HOLD_REQUESTS: '1',
    };
    const output = openUnreadPipe().input;
    const front = await startFront({ redisSocket: system.redis.socket, env, output });
    onTestFinished(front.stop);
    const prometheus = await watch(system.controller, front, new URL(alertmanager.url).host);
    const stage: Stage = { system, front, prometheus, texts: new Map() };

    await breakRoutes(stage);
    await breakRequests(stage);
    await crowdFront(stage);
    await breakCertificates(stage, folder);
    await breakHosts(stage);
    await breakDocker(stage);
    await breakRedis(stage);
    await breakProcesses(stage);

    const silent = alerts.map(({ alert }) => alert).filter((name) => !stage.texts.has(name));
    // Two minutes without a pass are asked for above; on a slow machine they pass by themselves.
    expect(silent.filter((name) => name !== 'AutodockNoSuccessfulPass')).toEqual([]);
    for (const text of stage.texts.values()) expect(text).not.toMatch(/<error|<no value>|%!/);
    await waitFor('Alertmanager to be told', () => {
      expect(told.join('')).toContain('"alertname":"AutodockPlanRefused"');
    });
  });
});

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
