import { describe, expect, test } from 'vitest';
import { startFakeDocker } from '../fakes/docker-daemon.ts';
import { DOCKER_REQUESTS } from '../fakes/docker-path.ts';
import { runCommand } from '../parts/controller.ts';
import { DOCKER_SILENT, openFakeSystem } from '../parts/fake-system.ts';

const NOWHERE = 'unix:///nonexistent.sock';

describe('explain', () => {
  test('shows what Redis says while Docker is away', async () => {
    const system = await openFakeSystem();
    const { url } = await system.routed('a.test');
    const away = { ...system.options, dockerHost: NOWHERE };
    const host = await runCommand(away, 'explain', 'a.test');
    expect(host.code).toBe(1);
    expect(host.stdout).toContain(url);
    expect(host.stderr).toMatch(/^autodock: Docker: .*does the engine run.*\n$/);

    const name = await runCommand(away, 'explain', 'somebody');
    expect(name.stderr).toContain('whether somebody is a container cannot be seen now');
    expect(await runCommand(away, 'routes')).toMatchObject({ code: 0, stderr: '' });
  });

  test('asks an engine that does not answer once, and shows what Redis says', async () => {
    const system = await openFakeSystem();
    const { url } = await system.routed('a.test');
    const frozen = await startFakeDocker();
    try {
      for (const kind of DOCKER_REQUESTS) frozen.fail(kind, { kind: 'hang' });
      const asked = () => DOCKER_REQUESTS.map((kind) => frozen.count(kind));
      const total = () => asked().reduce((sum, count) => sum + count, 0);
      const env = { ...system.options.env, ...DOCKER_SILENT };
      const options = { ...system.options, dockerHost: frozen.host, env };
      const { code, stderr } = await runCommand(options, 'explain', 'somebody');
      expect([code, total()]).toEqual([1, 1]);
      expect(stderr).toContain('no answer within 500 ms');
      expect((await runCommand(options, 'explain', 'a.test')).stdout).toContain(url);
      expect(total()).toBe(2);
      expect((await runCommand(options, 'routes')).stdout).toContain(url);
      expect(total()).toBe(3);
    } finally {
      await frozen.close();
    }
  });

  test('shows what Docker says while Redis is away', async () => {
    const system = await openFakeSystem();
    system.run('a.test', { name: 'web' });
    const away = { ...system.options, redisUrl: NOWHERE };
    const all = await runCommand(away, 'explain', '--json');
    expect(all.code).toBe(1);
    expect(JSON.parse(all.stdout)).toMatchObject({
      controller: { alive: null },
      containers: [{ name: 'web', verdict: 'routed', routes: [{ written: null }] }],
    });
    const host = await runCommand(away, 'explain', 'a.test');
    expect(host.stdout).toMatch(/^a\.test: unknown\n[\s\S]*Do: Bring Redis back/);
  });

  test('says when no controller is at work', async () => {
    const system = await openFakeSystem({ env: { AUTODOCK_OWNER: 'old' } });
    await system.routed('old.test');
    await system.controller.end();
    system.run('new.test', { name: 'new' });
    const { client } = system.redis;
    const record = JSON.parse((await client.get('autodock:engine:old')) ?? '') as object;
    await client.set('autodock:engine:old', JSON.stringify({ ...record, at: 1 }));
    const { stdout } = await runCommand(system.options, 'explain');
    expect(stdout).toMatch(/new +new\.test +not written/);
    expect(stdout).toMatch(/and\s+not\s+since/);
    const host = await runCommand(system.options, 'explain', 'new.test');
    expect(host.stdout).toContain('Do: Start the controller');
  });

  test('names the engine that passes under the same owner', async () => {
    const system = await openFakeSystem({ env: { AUTODOCK_OWNER: 'shared' } });
    const clone = await startFakeDocker({ id: 'CLONE', name: 'clone' });
    try {
      const { stdout } = await runCommand({ ...system.options, dockerHost: clone.host }, 'explain');
      expect(stdout.replace(/\s+/g, ' ')).toMatch(
        /Another engine, .*passed under this owner shared .*give each its own AUTODOCK_OWNER/,
      );
    } finally {
      await clone.close();
    }
  });
});
