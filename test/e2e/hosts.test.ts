import { expect, test } from 'vitest';
import { ageLease } from '../parts/age-lease.ts';
import { runCommand, runOnTerminal } from '../parts/controller.ts';
import { openFakeSystem } from '../parts/fake-system.ts';

const HOUR_MS = 3_600_000;

test('hosts lists who writes to a Redis, and forgets one that left for good, never one that lives', async () => {
  const system = await openFakeSystem({ env: { AUTODOCK_OWNER: 'stays', AUTODOCK_REAP: 'off' } });
  const { options, redis, routes } = system;
  const leaving = await system.another({ AUTODOCK_OWNER: 'leaves', AUTODOCK_HOLD: '0' });
  await leaving.waitReady();
  const { url } = system.run('both.test');
  await routes.becomes('both.test', [url, url]);

  const refused = await runCommand(options, 'hosts', '--forget', 'leaves');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('signs of life')]);
  await leaving.end('SIGKILL');
  await ageLease(redis.client, HOUR_MS, 'leaves');

  const listed = await runCommand(options, 'hosts', '--json');
  expect(JSON.parse(listed.stdout)).toMatchObject({
    hosts: [
      { owner: 'leaves', state: 'lapsed', routes: 1, suspended: 0, isSelf: false },
      { owner: 'stays', state: 'live', routes: 1, isSelf: true },
    ],
  });
  const table = await runCommand(options, 'hosts');
  expect(table.stdout).toMatch(/lapsed/);

  const unknown = await runCommand(options, 'hosts', '--forget', 'nobody');
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('no host is called')]);
  const asked = await runOnTerminal(options, 'hosts', '--forget', 'leaves');
  expect([asked.code, asked.stdout]).toEqual([1, expect.stringContaining('nothing was withdrawn')]);
  const forgotten = await runCommand(options, 'hosts', '--forget', 'leaves');
  expect(forgotten.code).toBe(0);
  await routes.becomes('both.test', [url]);
  expect(await redis.client.zrange('autodock:owners', '0', '-1')).toEqual(['stays']);
  expect(await redis.client.keys('autodock:*leaves*')).toEqual([]);
});
