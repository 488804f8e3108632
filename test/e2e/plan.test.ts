import type { Redis } from 'ioredis';
import { describe, expect } from 'vitest';
import type { PlanAnswer } from '../../src/answers/plan.ts';
import { runCommand } from '../parts/controller.ts';
import type { RedisPart } from '../parts/redis.ts';
import { monitorRedis } from '../parts/redis-monitor.ts';
import type { System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitUntil } from '../parts/wait-for.ts';

const test = systemTest({ redis: { tcp: true } });

/** Ends the controller, so that a container that starts now is a change that nobody has made yet. */
async function pending(system: System, name: string) {
  await system.controller.end();
  const host = system.host(name);
  const container = await system.run(host);
  return { host, url: await system.url(container) };
}

/** Every command that reaches Redis by TCP while `act` runs: the front is at its socket, and goes on. */
async function commandsOf(
  { client, socket }: RedisPart,
  act: () => Promise<void>,
): Promise<ReadonlySet<string>> {
  const { seen, close } = await monitorRedis(socket);
  await act();
  // Our own marker: once it is seen, all before it has been.
  await client.echo('done');
  await waitUntil('the marker', () => seen.some(({ words }) => words[0] === 'echo'));
  close();
  const byTcp = seen.filter(({ source }) => source.startsWith('127.0.0.1:'));
  return new Set(byTcp.map(({ words: [name = ''] }) => name));
}

async function isWrite(redis: Redis, command: string): Promise<boolean> {
  const [info] = (await redis.call('COMMAND', 'INFO', command)) as [
    readonly [string, number, readonly string[]] | null,
  ];
  return info?.[2].includes('write') ?? false;
}

describe('plan', () => {
  test('P11: prints what a pass would change, sends Redis nothing that writes, and exits 2 when asked', async ({
    system,
  }) => {
    const { host, url } = await pending(system, 'planned');
    const { client, port } = system.redis;
    const before = await client.dbsize();

    const commands = await commandsOf(system.redis, async () => {
      const options = { ...system.options, redisUrl: `redis://127.0.0.1:${port}` };
      const plan = await runCommand(options, 'plan', '--detailed-exitcode');
      expect(plan).toMatchObject({ code: 2, stderr: '' });
      expect(plan.stdout).toContain(host);
      expect(plan.stdout).toContain(url);
    });

    expect(commands).toContain('time');
    for (const command of commands) {
      expect([command, await isWrite(client, command)]).toEqual([command, false]);
    }
    expect(await client.dbsize()).toBe(before);
    expect(await system.routes.read(host)).toBeNull();
  });

  test('works for a Redis user who may not write', async ({ system }) => {
    const { host } = await pending(system, 'read-only');
    const { client, port } = system.redis;
    await client.call('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '&*', '+@all', '-@write');

    const plan = await runCommand(
      { ...system.options, redisUrl: `redis://reader:secret@127.0.0.1:${port}` },
      'plan',
      '--json',
    );

    expect(plan).toMatchObject({ code: 0, stderr: '' });
    const { changes } = JSON.parse(plan.stdout) as PlanAnswer;
    expect(changes).toContainEqual(expect.objectContaining({ kind: 'create', vhost: host }));
  });

  test('once applies what plan showed, after which plan has nothing to show', async ({
    system,
  }) => {
    const { host, url } = await pending(system, 'applied');

    const once = await runCommand(system.options, 'once');
    expect(once).toMatchObject({ code: 0 });
    expect((await system.routes.read(host))?.urls).toEqual([url]);

    const plan = await runCommand(system.options, 'plan', '--detailed-exitcode');
    expect(plan).toMatchObject({ code: 0 });
  });

  test('says in one line on stderr what is wrong when Redis cannot be reached', async ({
    system,
  }) => {
    const redisUrl = 'unix:///nowhere/redis.sock';
    const plan = await runCommand({ ...system.options, redisUrl }, 'plan');

    expect(plan.code).toBe(1);
    expect(plan.stderr.trim().split('\n')).toHaveLength(1);
    expect(plan.stderr).toContain('/nowhere/redis.sock');
  });
});
