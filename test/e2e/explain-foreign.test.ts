import { describe, expect, onTestFinished } from 'vitest';
import { identify, startBackend } from '../parts/backend.ts';
import { runCommand } from '../parts/controller.ts';
import { runHipachectl } from '../parts/program.ts';
import { startSecureBackend } from '../parts/secure-backend.ts';
import { frontAnswers, type System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';

const test = systemTest({ frontEnv: { FRONT_BACKEND_TLS_VERIFY: 'off' } });

/** What is explained of a host whose list holds these entries, none of them ours. */
async function explained({ redis, options }: System, host: string, ...entries: readonly string[]) {
  await redis.client.rpush(`frontend:${host}`, 'id', ...entries);
  const { code, stdout } = await runCommand(options, 'explain', '--as', 'host', host, '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout) as {
    readonly status: { readonly code: number | null; readonly why: string };
    readonly advice: readonly string[];
    readonly slots: readonly { readonly usable: boolean; readonly named: boolean }[];
  };
}

describe('entries of others are explained with the status that the front gives', () => {
  test('over TLS', async ({ system }) => {
    const host = system.host('tls');
    const backend = await startSecureBackend(
      (asked, reply) => void identify('secure', asked, reply),
      'localhost',
    );
    onTestFinished(() => backend.close());
    const { status, slots } = await explained(system, host, backend.url);
    await frontAnswers(system, host, 200);
    expect([status.code, slots]).toMatchObject([200, [{ usable: true, named: false }]]);
  });

  test('by name', async ({ system }) => {
    const host = system.host('name');
    const backend = await startBackend('named');
    onTestFinished(() => backend.close());
    const url = backend.url.replace('127.0.0.1', 'localhost');
    const { status, slots } = await explained(system, host, url);
    await frontAnswers(system, host, 200);
    expect([status.code, slots]).toMatchObject([200, [{ usable: true, named: true }]]);
    expect(status.why).toContain('The front looks up localhost');
  });

  test('that no front can connect to, and the remedy takes them away', async ({ system }) => {
    const host = system.host('nonsense');
    const entries = ['ftp://x', 'nonsense', 'http://127.0.0.1:0'];
    const { status, advice } = await explained(system, host, ...entries);
    await frontAnswers(system, host, 502);
    expect(status.code).toBe(502);
    expect(advice).toEqual([`Delete these entries: hipachectl delete ID '${host}' --all`]);

    const { url } = system.redis;
    await runHipachectl(url, 'delete', 'ID', host, '-i', 'ftp://x');
    expect(await system.redis.client.lrange(`frontend:${host}`, 1, -1)).toEqual(entries.slice(1));
    await runHipachectl(url, 'delete', 'ID', host, '--all');
    await frontAnswers(system, host, 404);
  });
});

describe('hosts that the front answers by itself', () => {
  test.for([
    ['a..b', 400],
    ['a..', 400],
    ['__ping__', 200],
  ] as const)('%s: %d', async ([host, code], { system }) => {
    await frontAnswers(system, host, code);
    const { stdout } = await runCommand(system.options, 'explain', '--as', 'host', host, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ status: { code } });
  });
});
