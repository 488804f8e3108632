import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compareText } from '../../src/model/compare.ts';
import {
  MONITORING,
  type Panel,
  queriesOf,
  type Rule,
  readDashboard,
  readRules,
} from '../parts/monitoring.ts';
import { promtool } from '../parts/promtool.ts';

const PROMETHEUS = join(MONITORING, 'prometheus');
const TESTS = ['controller', 'front'].map((name) => `test/contract/alerts/${name}.yml`);

const rules = await readRules();
const alerts = rules.filter((rule) => 'alert' in rule);
const dashboard = await readDashboard();

describe('Prometheus', () => {
  test('finds configuration and rules valid, with the defaults as they stand', async () => {
    const { code, said } = await promtool([
      ...['check', 'config', '--lint=all', '--lint-fatal'],
      join(PROMETHEUS, 'prometheus.yml'),
    ]);

    expect(said).toContain('is valid prometheus config file');
    expect({ code, said }).toMatchObject({ code: 0, said: expect.not.stringContaining('FAILED') });
  });

  test('finds the configuration for a swarm valid, with the same rules, jobs and alerts', async () => {
    const file = join(PROMETHEUS, 'swarm.yml');
    // The token is a file of the swarm alone.
    const { code, said } = await promtool(['check', 'config', '--syntax-only', file]);
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('is valid') });

    const [here, there] = (await Promise.all(
      [join(PROMETHEUS, 'prometheus.yml'), file].map(async (one) =>
        parse(await readFile(one, 'utf8')),
      ),
    )) as readonly { readonly scrape_configs: readonly { readonly job_name: string }[] }[];
    const { scrape_configs: jobs, ...rest } = here ?? { scrape_configs: [] };
    expect(there).toMatchObject(rest);
    expect(there?.scrape_configs.map(({ job_name }) => job_name)).toEqual(
      jobs.map(({ job_name }) => job_name),
    );
  });

  test('is handed each rule in a swarm, too', async () => {
    const stack = parse(await readFile(join(MONITORING, 'stack.yaml'), 'utf8')) as {
      readonly services: { readonly prometheus: { readonly configs: readonly object[] } };
      readonly configs: Readonly<Record<string, { readonly file: string }>>;
    };
    const files = Object.values(stack.configs).map((one) => join(MONITORING, one.file));
    const ruleFiles = await readdir(join(PROMETHEUS, 'rules'));

    const wanted = ruleFiles.map((one) => join(PROMETHEUS, 'rules', one));
    expect(files.toSorted(compareText)).toEqual(
      [...wanted, join(PROMETHEUS, 'swarm.yml')].toSorted(compareText),
    );
    expect(stack.services.prometheus.configs).toEqual(
      Object.keys(stack.configs).map((source) => {
        const place = source === 'prometheus' ? 'prometheus.yml' : `rules/${source}.yml`;
        return { source, target: `/etc/prometheus/${place}` };
      }),
    );
  });

  test.for([
    ['AUTODOCK_HTTP_PORT', 'http', 'a port'],
    ['FRONT_STATUS_PORT', '80/../', 'a port'],
    ['AUTODOCK_PROMETHEUS_PORT', '0.0.0.0:9090', 'a port'],
    ['AUTODOCK_PROMETHEUS_RETENTION', 'for ever', 'a duration'],
    ['AUTODOCK_SCRAPE_INTERVAL', '15', 'a duration'],
    ['AUTODOCK_ALERTMANAGER', 'http://alerts:9093', 'addresses with port'],
    ['AUTODOCK_ALERTMANAGER', "a:1']\n", 'addresses with port'],
  ] as const)(
    'does not start with %s %j, and says what it must be',
    async ([name, value, what]) => {
      const started = promisify(execFile)(join(PROMETHEUS, 'start'), {
        env: { PATH: process.env.PATH, [name]: value, PROMETHEUS_RUN: '/dev/null/nowhere' },
      });

      await expect(started).rejects.toMatchObject({
        code: 64,
        stderr: expect.stringContaining(`prometheus: ${name}=${value}: expected ${what}`),
      });
    },
  );
});

describe('alerts', () => {
  test.for(TESTS)('fire when they should and only then: %s', async (file) => {
    expect(await promtool(['test', 'rules', file])).toMatchObject({ code: 0 });
  });

  test('are all tested both ways', async () => {
    const cases = (await Promise.all(TESTS.map(readCases))).flat();

    for (const { alert } of alerts) {
      const expr = `ALERTS{alertname="${alert}", alertstate="firing"}`;
      const own = cases.filter((one) => one.expr === expr);
      const fires = own.filter(({ exp_samples: samples = [] }) => samples.length > 0);
      expect(fires.length, `${alert} fires`).toBeGreaterThan(0);
      expect(own.length, `${alert} keeps quiet`).toBeGreaterThan(fires.length);
    }
  });

  test.for(alerts)('$alert says how bad it is, what is wrong and what to run', (alert) => {
    expect(alert.labels.severity).toMatch(/^(critical|warning)$/);
    expect(alert.annotations.summary).toMatch(/^\S.{20,120}$/);
    expect(alert.annotations.description).toMatch(/`[^`]+`/);
  });

  test('name nothing that is not there', async () => {
    const compose = parse(await readFile('deploy/compose.yaml', 'utf8')) as {
      readonly services: Readonly<Record<string, unknown>>;
    };

    for (const command of commandsOf(alerts)) {
      const [, services] = /^docker compose -f deploy\/compose\.yaml (.*)$/.exec(command) ?? [];
      if (services === undefined) continue;
      const [verb, ...words] = services.split(' | ')[0]?.split(' ') ?? [];
      expect(['logs', 'ps', 'exec', 'stop']).toContain(verb);
      const named = words.filter((word) => /^[a-z]/.test(word));
      expect(Object.keys(compose.services)).toEqual(
        expect.arrayContaining(verb === 'exec' ? named.slice(0, 1) : named),
      );
    }
  });

  test('stand in docs/operations.md, each with what it means and what to do', async () => {
    const operations = await readFile('docs/operations.md', 'utf8');

    const rows = operations.matchAll(
      /^\| `(Autodock\w+)` \| (\w+) \| [^|]{10,} \| [^|]{10,} \|$/gm,
    );

    expect([...rows].map(([, name, severity]) => [name, severity])).toEqual(
      alerts.map(({ alert, labels }) => [alert, labels.severity]),
    );
  });
});

describe('the dashboard', () => {
  const shown = dashboard.panels.filter(({ type }) => type !== 'row');

  test('has panels of different ids in a grid of 24 columns, of which none covers another', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    }
    for (const [index, panel] of panels.entries()) {
      const covered = panels.slice(index + 1).filter((other) => overlap(panel, other));
      expect(
        covered.map(({ title }) => title),
        panel.title,
      ).toEqual([]);
    }
  });

  test.for(shown)('$title says what it shows, in which unit, and asks something', (panel) => {
    expect(panel.description).toMatch(/\.$/);
    expect(['bytes', 'none', 'ops', 'percentunit', 'reqps', 's', 'short']).toContain(
      panel.fieldConfig?.defaults.unit,
    );
    const asked = panel.targets?.map(({ refId }) => refId) ?? [];
    expect(asked.length).toBeGreaterThan(0);
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('takes every variable from those that a user can choose, and the data source as well', () => {
    const known = dashboard.templating.list.map(({ name }) => name);

    const used = JSON.stringify(dashboard).match(/(?<=\$\{?)[a-z]\w+/g) ?? [];

    expect(new Set(used)).toEqual(new Set(known));
    const sources = [...dashboard.panels, ...queriesOf(dashboard)];
    for (const { datasource } of sources) {
      if (datasource !== undefined) expect(datasource.uid).toMatch(/^\$\{datasource\}$/);
    }
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
  });

  test('is provisioned with its data source from where the image holds it', async () => {
    const [source, provider, image] = await Promise.all(
      [
        'provisioning/datasources/prometheus.yml',
        'provisioning/dashboards/autodock.yml',
        'Dockerfile',
      ].map((file) => readFile(join(MONITORING, 'grafana', file), 'utf8')),
    );

    expect(parse(source ?? '')).toMatchObject({
      datasources: [
        {
          type: 'prometheus',
          isDefault: true,
          url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\$\{AUTODOCK_PROMETHEUS_PORT\}$/),
        },
      ],
    });
    expect(parse(provider ?? '')).toMatchObject({
      providers: [{ type: 'file', options: { path: '/opt/monitoring/dashboards' } }],
    });
    expect(image).toContain('COPY dashboards /opt/monitoring/dashboards');
  });
});

interface Case {
  readonly expr: string;
  readonly exp_samples?: readonly unknown[];
}

async function readCases(file: string): Promise<readonly Case[]> {
  const { tests } = parse(await readFile(file, 'utf8')) as {
    readonly tests: { readonly promql_expr_test: readonly Case[] }[];
  };
  return tests.flatMap(({ promql_expr_test: cases }) => cases);
}

function commandsOf(from: readonly Extract<Rule, { alert: string }>[]): readonly string[] {
  return from.flatMap(
    ({ annotations }) => annotations.description?.match(/(?<=`)[^`]+(?=`)/g) ?? [],
  );
}

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
