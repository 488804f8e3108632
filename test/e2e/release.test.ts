import { describe, expect, test } from 'vitest';
import { runCommand } from '../parts/controller.ts';
import { type FakeSystem, openFakeSystem } from '../parts/fake-system.ts';
import { waitFor } from '../parts/wait-for.ts';

const FOREIGN = 'http://192.0.2.7:80';

/** A controller that has gone, what it left, and what others have. */
async function deserted(): Promise<FakeSystem & { readonly theirs: string }> {
  const system = await openFakeSystem({ env: { AUTODOCK_OWNER: 'old' } });
  await system.routed('mine.test');
  const { url } = await system.routed('shared.test');
  await system.controller.end();
  const { client } = system.redis;
  const theirs = 'http://192.0.2.8:80';
  await client.rpush('frontend:shared.test', theirs, FOREIGN);
  await client.zadd('autodock:owners', Date.now(), 'new');
  await client.hset(
    'autodock:owner:new',
    'shared.test',
    JSON.stringify({ [theirs]: ['abcabcabcabc'] }),
  );
  await client.sadd('dead:shared.test', '1');
  expect((await system.routes.read('shared.test'))?.urls).toEqual([url, theirs, FOREIGN]);
  return { ...system, theirs };
}

const release = (system: FakeSystem, ...args: readonly string[]) =>
  runCommand(system.options, 'release', '--owner', 'old', ...args);

describe('release', () => {
  test('shows what would go, and does nothing without a terminal and without --yes', async () => {
    const system = await deserted();
    const { code, stdout, stderr } = await release(system);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /- delete {2}mine\.test[\s\S]*~ update {2}shared\.test[\s\S]*2 to change for owner old/,
    );
    expect(stderr).toContain('nothing was withdrawn: there is no terminal to ask on; add --yes');
    expect(await system.routes.read('mine.test')).not.toBeNull();
  });

  test('withdraws what the owner claims, all else stays, marks with their backends, and the owner is forgotten', async () => {
    const system = await deserted();
    const { client } = system.redis;
    expect(await release(system, '--yes')).toMatchObject({
      code: 0,
      stdout: /Released: owner old claims nothing any more\.\n$/,
    });
    await system.routes.isGone('mine.test');
    const urls = (await system.routes.read('shared.test'))?.urls ?? [];
    expect(new Set(urls)).toEqual(new Set([system.theirs, FOREIGN]));
    expect(await client.smembers('dead:shared.test')).toEqual([
      String(urls.indexOf(system.theirs)),
    ]);
    expect(await client.zrange('autodock:owners', '0', '-1')).toEqual(['new']);
    expect(await client.keys('autodock:*:old')).toEqual([]);
    expect(await client.hkeys('autodock:owner:new')).toEqual(['shared.test']);

    expect(await release(system, '--yes')).toMatchObject({
      code: 0,
      stdout: 'Nothing to release: owner old claims nothing.\n',
    });
  });

  test('needs no Docker when it is told the owner', async () => {
    const system = await deserted();
    const options = { ...system.options, dockerHost: 'unix:///nonexistent.sock' };
    expect(await runCommand(options, 'release', '--owner', 'old', '--yes')).toMatchObject({
      code: 0,
    });
  });

  test('leaves what it cannot write, says so, and finishes when it is mended', async () => {
    const system = await deserted();
    const { client } = system.redis;
    await client.del('frontend:mine.test');
    await client.set('frontend:mine.test', 'a string');
    const { code, stderr } = await release(system, '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(/frontend:mine\.test: .*it is left as it is/);
    expect(stderr).toContain('owner old still claims something; its keys are left');
    await client.del('frontend:mine.test');
    expect(await release(system, '--yes')).toMatchObject({ code: 0 });
    expect(await client.zscore('autodock:owners', 'old')).toBeNull();
  });

  test('warns of a controller that runs, which puts everything back', async () => {
    const system = await openFakeSystem({ env: { AUTODOCK_OWNER: 'old' } });
    const { url } = await system.routed('mine.test');
    const { stderr } = await release(system, '--yes');
    expect(stderr).toContain('stop it first');
    await system.routes.becomes('mine.test', [url]);
    await waitFor('the controller to be well again', () => system.controller.waitReady());
  });
});
