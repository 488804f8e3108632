import { spawnSync } from 'node:child_process';
import { describe, expect } from 'vitest';
import type { ContainersAnswer } from '../../src/answers/containers.ts';
import { runCommand } from '../parts/controller.ts';
import { HOSTILE } from '../parts/hostile.ts';
import { verdictOf } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest();

/** What an engine takes: no environment holds a NUL, and no JSON a lone surrogate. */
const CORPUS = HOSTILE.filter((text) => !/[\0\ud800]/.test(text));
/** C0 but newline, DEL and C1, line separators, bidi controls. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get out
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

describe('hostile text in hosts, ports, labels and names', () => {
  test('I8, I2: does no harm in Redis, logs, metrics, API and terminal', async ({ system }) => {
    const containers = await Promise.all(
      CORPUS.map((text) =>
        system.run(`ok.test.example,${text}`, {
          env: { ALIAS: text, PORT: text },
          labels: {
            [`autodock.${text.slice(0, 100)}.host`]: text,
            'autodock.network': text,
            'autodock.weight': text,
          },
        }),
      ),
    );
    for (const container of containers) {
      await waitFor(`${container.name} to be judged`, async () => {
        const answer = await system.controller.api<ContainersAnswer>('containers');
        const found = answer.containers.find(({ id }) => id === container.id);
        expect(found?.rejections.length).toBeGreaterThan(0);
      });
    }
    const { client } = system.redis;

    const keys = await client.keys('*');
    for (const key of keys) expect(key).toMatch(/^(frontend|dead|autodock):[ -~]{1,260}$/);

    for (const path of ['status', 'routes', 'containers', 'plan']) {
      const text = await (await fetch(`${system.controller.baseUrl}/api/v1/${path}`)).text();
      expect(RAW.exec(text), path).toBeNull();
      expect(() => JSON.parse(text) as unknown).not.toThrow();
    }
    expect(RAW.exec(system.controller.output())).toBeNull();
    expect(system.controller.logs.filter((line) => 'text' in line)).toEqual([]);
    expect(system.controller.logs.filter(({ msg }) => msg === 'forged')).toEqual([]);

    const { text } = await system.controller.metrics();
    expect(RAW.exec(text)).toBeNull();
    const lint = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect(lint).toMatchObject({ status: 0, stderr: '' });

    const plan = await runCommand(system.options, 'plan');
    expect(RAW.exec(plan.stdout + plan.stderr)).toBeNull();
    await Promise.all(containers.map((container) => container.remove()));
  });

  test('I8: does no harm in a log for people either', async ({ system }) => {
    await system.controller.restart({ AUTODOCK_LOG_FORMAT: 'pretty', AUTODOCK_LOG_LEVEL: 'debug' });
    await system.controller.waitReady();
    const seen = system.controller.output().length;
    const container = await system.run(`esc\u001b[31m.test,${system.host('pretty')}`);
    await system.routes.becomes(system.host('pretty'), [await system.url(container)]);

    // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape is what must not get out
    expect(system.controller.output().slice(seen)).not.toMatch(/\u001b\[31m\.test/);
    await system.controller.restart({ AUTODOCK_LOG_FORMAT: 'json', AUTODOCK_LOG_LEVEL: 'info' });
    await system.controller.waitReady();
  });

  test('I5, P6: a value of 100 kB is considered up to a limit and answered with a rejection', async ({
    system,
  }) => {
    const host = system.host('beside-the-flood');
    const container = await system.run(null, {
      env: [`VIRTUALHOST=${'h'.repeat(100_000)}`],
      labels: { 'autodock.ok.host': host },
    });

    const { rejections } = await verdictOf(system, container, 'routed');

    expect(rejections.length).toBeGreaterThan(0);
    for (const { detail } of rejections) expect(detail.length).toBeLessThan(1000);
    await system.routes.becomes(host, [await system.url(container)]);
  });
});

describe('what is shown of an environment', () => {
  test('is VIRTUALHOST, ALIAS and PORT, never a secret beside them', async ({ system }) => {
    const secret = 'hunter2-hunter2';
    const host = system.host('secretive');
    const container = await system.run(host, { env: { DATABASE_PASSWORD: secret } });
    await system.routes.becomes(host, [await system.url(container)]);

    for (const path of [
      '/api/v1/status',
      '/api/v1/routes',
      '/api/v1/containers',
      '/api/v1/plan',
      '/metrics',
    ]) {
      expect(await (await fetch(`${system.controller.baseUrl}${path}`)).text()).not.toContain(
        secret,
      );
    }
    expect(system.controller.output()).not.toContain(secret);
  });
});
