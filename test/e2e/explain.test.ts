import { describe, expect } from 'vitest';
import { runCommand } from '../parts/controller.ts';
import type { RunOptions } from '../parts/docker.ts';
import { frontAnswers, type System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest({ env: { AUTODOCK_HOLD: '10s' } });

/** The parts of the JSON of one host that are looked at here. */
interface HostAnswer {
  readonly status: { readonly code: number | null };
  readonly advice: readonly string[];
}

async function explainHost({ options }: System, host: string): Promise<HostAnswer> {
  const { code, stdout, stderr } = await runCommand(options, 'explain', host, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as HostAnswer;
}

interface Case {
  readonly name: string;
  /** What the container asks for; null: nothing, by `options` alone. */
  readonly asks: boolean;
  readonly options?: RunOptions;
  readonly paused?: boolean;
  readonly status: number;
  readonly advice: RegExp;
}

const CASES: readonly Case[] = [
  { name: 'routed', asks: true, status: 200, advice: /^$/ },
  {
    name: 'wrong-port',
    asks: true,
    options: { env: { PORT: '81' } },
    status: 404,
    advice: /EXPOSE 81/,
  },
  {
    name: 'wrong-network',
    asks: true,
    options: { labels: { 'autodock.network': 'elsewhere' } },
    status: 404,
    advice: /docker network connect/,
  },
  {
    name: 'unhealthy',
    asks: true,
    options: { image: 'health' },
    status: 503,
    advice: /State\.Health/,
  },
  { name: 'paused', asks: true, paused: true, status: 503, advice: /docker unpause/ },
];

describe('a host is explained with the status that the front gives', () => {
  test.for(CASES)(
    '$name: $status',
    async ({ name, asks, options, paused, status, advice }, { system }) => {
      const host = system.host(name);
      const container = await system.run(asks ? host : null, options);
      if (paused === true) await container.pause();
      await frontAnswers(system, host, status);
      await waitFor('the explanation to agree', async () => {
        const answer = await explainHost(system, host);
        expect(answer.status.code).toBe(status);
        expect(answer.advice.join(' ')).toMatch(advice);
      });
    },
  );

  test('a near miss: 404', async ({ system }) => {
    const host = system.host('near');
    await system.run(null, { env: { VIRTUAL_HOST: host } });
    await frontAnswers(system, host, 404);
    expect((await explainHost(system, host)).advice.join(' ')).toContain(
      'did you mean VIRTUALHOST?',
    );
  });

  test('marked dead: 502, with the time that is left', async ({ system }) => {
    const host = system.host('dead');
    const { redis } = system;
    await redis.client.rpush(`frontend:${host}`, 'id', 'http://127.0.0.1:1');
    await redis.client.sadd(`dead:${host}`, '0');
    await redis.client.expire(`dead:${host}`, 300);
    await frontAnswers(system, host, 502);
    const { stdout } = await runCommand(system.options, 'explain', host);
    expect(stdout).toMatch(/502 Bad Gateway\nEvery backend of .* is marked dead,\s+for \d+ s more/);
    expect(stdout).toMatch(/foreign +- +dead, \d+ (?:s|min) left/);
  });
});

describe('a container', () => {
  test('is explained by name and by the beginning of its id; of its environment only what matters is shown', async ({
    system,
  }) => {
    const { name, shortId } = await system.run(system.host('seen'), {
      env: { SECRET: 'topsecret' },
    });
    for (const word of [name, shortId]) {
      const { code, stdout } = await runCommand(system.options, 'explain', word);
      expect(code).toBe(0);
      expect(stdout).toMatch(/routed\n\nSeen\n {2}state: running, no HEALTHCHECK\n/);
      expect(stdout).not.toContain('topsecret');
    }
  });

  test('that is healthy is said to be, whether or not the list of its engine tells that', async ({
    system,
  }) => {
    const host = system.host('healthy');
    const healthcheck = { Test: ['CMD-SHELL', 'true'], Interval: 2e8 };
    const container = await system.run(host, { healthcheck });
    await system.routes.becomes(host, [await system.url(container)]);
    const { stdout } = await runCommand(system.options, 'explain', container.name);
    expect(stdout).toMatch(/routed\n\nSeen\n {2}state: running, healthy\n/);
  });

  test('that has stopped is told apart from one that is unknown', async ({ system }) => {
    const stopped = await system.run(system.host('stopped'));
    await stopped.kill();
    const { code, stderr } = await runCommand(system.options, 'explain', stopped.name);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^autodock: the container .* does not run \(exited\).*docker start .*\n$/,
    );

    const unknown = await runCommand(system.options, 'explain', 'nobody');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(
      /^autodock: nobody is neither a running container nor a host.*\n$/,
    );
  });
});

describe('all containers', () => {
  test('stand in a table of at most 80 columns, without colour where there is no terminal', async ({
    system,
  }) => {
    const { name } = await system.run(`${system.host('one')} bad_-.test`);
    const { code, stdout } = await runCommand(system.options, 'explain');
    expect(code).toBe(0);
    expect(stdout).toContain(name);
    expect(stdout).toMatch(/The controller passed \d+ s ago/);
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
