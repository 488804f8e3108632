import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../parts/controller.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { freePort } from '../parts/free-port.ts';
import { runHipachectl } from '../parts/program.ts';
import { startRedis } from '../parts/redis.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

/** What the documentation grants to who only looks. */
const DOCUMENTED = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const READS = /need reads alone: `([^`]+)`/.exec(DOCUMENTED)?.[1]?.split(' ') ?? [];

/** A system with a prefix, whose Redis knows a user of reads alone, and what stands there. */
async function readOnly() {
  const system = await openFakeSystem({
    env: { AUTODOCK_REDIS_KEY_PREFIX: 'p:' },
    redis: { tcp: true },
  });
  const { id } = system.run('a.test', { name: 'web' });
  const { client, port } = system.redis;
  await system.controller.reconcile();
  await waitUntil('the route', async () => (await client.llen('p:frontend:a.test')) === 2);
  await client.sadd('p:dead:a.test', '0');
  await client.set('p:dead:b.test', 'no set');
  await client.rpush('p:frontend:*.test', 'id', 'http://192.0.2.7:80');
  await system.controller.end();
  const keys = ['~p:frontend:*', '~p:dead:*', '~p:autodock:*'];
  await client.call('ACL', 'SETUSER', 'reader', 'on', '>secret', ...keys, ...READS);
  const redisUrl = `redis://reader:secret@127.0.0.1:${port}`;
  return { id, redisUrl, options: { ...system.options, redisUrl } };
}

describe('a Redis user that may only read', () => {
  test('is enough for plan, explain, routes and hipachectl list', async () => {
    const { id, redisUrl, options } = await readOnly();
    const commands: readonly (readonly [args: readonly string[], shown: RegExp])[] = [
      [['plan'], /^In sync/],
      [['explain'], /web +a\.test +routed/],
      [['explain', 'web'], /In Redis\./],
      [['explain', id], /In Redis\./],
      [['explain', 'a.test'], /p:frontend:a\.test +routed[\s\S]*dead, for ever/],
      [['explain', 'x.test'], /p:frontend:\*\.test +routed/],
      [['routes'], /a\.test[\s\S]*dead, for ever/],
    ];
    for (const [args, shown] of commands) {
      const { code, stdout, stderr } = await runCommand(options, ...args);
      expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(shown);
    }
    const list = await runHipachectl(redisUrl, '--redis-key-prefix', 'p:', 'list');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toMatch(/a\.test +a\.test +http/);
  });

  test('cannot change anything, and is told which right is missing', async () => {
    const { redisUrl, options } = await readOnly();
    const written = await runHipachectl(
      redisUrl,
      '--redis-key-prefix',
      'p:',
      'add',
      'x',
      'c.test',
      '-i',
      '192.0.2.7',
    );
    expect(written.code).toBe(1);
    expect(written.stderr).toMatch(
      /^hipachectl: Redis at .* does not grant user reader the command eval/,
    );
    const released = await runCommand(options, 'release', '--yes');
    expect(released.code).toBe(1);
    expect(released.stderr).toMatch(/does not grant user reader/);
  });
});

describe('a read-only replica of Redis', () => {
  test('is enough for plan, explain, routes and hipachectl list, and not for once', async ({
    onTestFinished,
  }) => {
    const { options } = await readOnly();
    const master = new URL(options.redisUrl);
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', master.port] });
    onTestFinished(replica.stop);
    await waitUntil(
      'the replica',
      async () => (await replica.client.llen('p:frontend:a.test')) === 2,
    );
    const beside = { ...options, redisUrl: replica.url };

    for (const args of [['plan'], ['explain', 'a.test'], ['routes']]) {
      const { code, stderr } = await runCommand(beside, ...args);
      expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
    }
    const list = await runHipachectl(replica.url, '--redis-key-prefix', 'p:', 'list');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toMatch(/a\.test +a\.test +http/);
    const { code, stderr } = await runCommand(beside, 'once');
    expect(code).toBe(1);
    expect(stderr).toContain('is a read-only replica; point AUTODOCK_REDIS_URL to the master');
  });

  test('says that it has nothing yet, or that what it has may be old', async ({
    onTestFinished,
  }) => {
    const { options } = await readOnly();
    const master = await startRedis({ tcp: true });
    onTestFinished(master.stop);
    const nobody = String(await freePort());
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', nobody] });
    onTestFinished(replica.stop);
    const beside = { ...options, redisUrl: replica.url };
    const commands = [['plan'], ['explain', 'a.test'], ['routes'], ['hosts']];
    const list = () => runHipachectl(replica.url, '--redis-key-prefix', 'p:', 'list');
    const linkIs = (state: string) =>
      waitFor(`the link to be ${state}`, async () => {
        expect(await replica.client.info('replication')).toContain(`master_link_status:${state}`);
      });
    await linkIs('down');

    for (const args of commands) {
      const { stdout, stderr } = await runCommand(beside, ...args);
      expect(stdout + stderr, args.join(' ')).toContain(
        'is a replica that has nothing yet of what its master holds',
      );
    }
    expect(await list()).toMatchObject({ code: 1, stdout: '' });

    await replica.client.replicaof('127.0.0.1', Number(master.port));
    await master.client.rpush('p:frontend:a.test', 'id', 'http://192.0.2.7:80');
    await waitUntil('it', async () => (await replica.client.llen('p:frontend:a.test')) === 2);
    await master.stop();
    await linkIs('down');

    for (const args of commands) {
      const { code, stderr } = await runCommand(beside, ...args);
      expect(code, args.join(' ')).toBe(0);
      expect(stderr).toMatch(
        /is a replica that has not reached its master.*: what it shows may be old/,
      );
    }
    expect((await list()).stderr).toContain('what it shows may be old');
  });
});
