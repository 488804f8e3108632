import { expect, onTestFinished, test } from 'vitest';
import { type FakeDocker, startFakeDocker } from '../fakes/docker-daemon.ts';
import { runCommand, runOnTerminal } from '../parts/controller.ts';
import { type FakeSystem, openFakeSystem, runSimulated } from '../parts/fake-system.ts';
import { verdictOn } from '../parts/looks.ts';
import { waitFor } from '../parts/wait-for.ts';

const NOWHERE = 'unix:///nonexistent/docker.sock';

/** Beside the controller, from a host that reaches Redis and nothing else. */
const elsewhere = ({ options }: FakeSystem, ...args: readonly string[]) =>
  runCommand({ ...options, dockerHost: NOWHERE }, ...args);

const here = ({ options }: FakeSystem, ...args: readonly string[]) => runCommand(options, ...args);

const DRAINS = 'autodock:drain:me';

/** A system whose containers have names, and which are published. */
async function named(env: Readonly<Record<string, string>> = {}) {
  const system = await openFakeSystem({ env: { AUTODOCK_OWNER: 'me', ...env } });
  const one = await system.routed('shop.test', { name: 'shop-1' });
  const two = system.run('shop.test', { name: 'shop-2' });
  await system.routes.becomes('shop.test', [one.url, two.url]);
  await published(system, 2);
  return { system, one, two };
}

const published = ({ redis }: FakeSystem, count: number, owner = 'me') =>
  waitFor(`${count} names of ${owner}`, async () => {
    expect(await redis.client.hlen(`autodock:names:${owner}`)).toBe(count);
  });

test('a container that is drained by name loses its route, from a host that reaches Redis alone, and has it again when it is undrained', async () => {
  const { system, one, two } = await named();

  const drained = await elsewhere(system, 'drain', 'shop-1');
  expect(drained).toMatchObject({ code: 0, stdout: expect.stringContaining('shop-1 (') });
  await system.routes.becomes('shop.test', [two.url]);
  const { rejections } = await verdictOn(system.controller, one.id, 'drained');
  expect(rejections).toMatchObject([
    { reason: 'drained', vhost: 'shop.test', remedy: expect.stringContaining('undrain shop-1') },
  ]);
  expect(await elsewhere(system, 'drain', 'shop-1')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('drained already'),
  });

  expect((await elsewhere(system, 'undrain', one.id.slice(0, 8))).code).toBe(0);
  await system.routes.becomes('shop.test', [one.url, two.url]);
});

test('whoever writes a drain to Redis is heard', async () => {
  const { system, one, two } = await named();

  await system.redis.client.hset(DRAINS, one.id.slice(0, 12), 'not even JSON');

  await system.routes.becomes('shop.test', [two.url]);
  await verdictOn(system.controller, one.id, 'drained');
});

test('a drain survives a restart of the controller, and a host whose last container is drained is held', async () => {
  const system = await openFakeSystem({ env: { AUTODOCK_OWNER: 'me' } });
  const { id } = await system.routed('shop.test', { name: 'shop-1' });
  await published(system, 1);
  await here(system, 'drain', 'shop-1');
  await system.routes.isHeld('shop.test');

  await system.controller.restart();
  await system.controller.waitReady();

  await verdictOn(system.controller, id, 'drained');
  await system.routes.isHeld('shop.test');
  const { stdout } = await here(system, 'explain', 'shop-1');
  expect(stdout).toMatch(/drained by \S+@\S+/);
});

test('the drain of a container that is gone is taken out, and so is its name', async () => {
  const { system, one, two } = await named();
  const since = Date.now() - 3_600_000;
  await system.redis.client.hset(DRAINS, one.id.slice(0, 12), JSON.stringify({ since }));
  await system.routes.becomes('shop.test', [two.url]);

  system.fake.world.kill(one.id);

  await waitFor('no drain', async () => {
    expect(await system.redis.client.exists(DRAINS)).toBe(0);
  });
  await published(system, 1);
});

test('a drain ends with the life of its container, which is routed again after a restart', async () => {
  const { system, one, two } = await named();
  expect((await here(system, 'drain', 'shop-1')).code).toBe(0);
  await system.routes.becomes('shop.test', [two.url]);
  await verdictOn(system.controller, one.id, 'drained');

  system.fake.world.restart(one.id);

  await system.routes.becomes('shop.test', [two.url, one.url]);
  expect(await system.redis.client.exists(DRAINS)).toBe(0);
});

test('a drain ends with its container where the host was restarted, and one that was written since does not', async () => {
  const { system, one, two } = await named();
  const { client } = system.redis;
  const [id, other] = [one.id.slice(0, 12), two.id.slice(0, 12)];
  const [since = 0] = await client.time();
  await client.hset(DRAINS, id, '{"since":1}', other, JSON.stringify({ since: since * 1_000 }));
  await system.routes.isHeld('shop.test');
  await system.controller.end('SIGKILL');
  const record = JSON.parse((await client.get('autodock:engine:me')) ?? '') as object;
  await client.set('autodock:engine:me', JSON.stringify({ ...record, written: 'before' }));

  await system.controller.restart();

  await system.routes.becomes('shop.test', [one.url]);
  expect(await client.hkeys(DRAINS)).toEqual([other]);
});

test('who drains a container whose controller is not at work is told so', async () => {
  const { system } = await named();
  const { client } = system.redis;
  await system.controller.end('SIGKILL');
  const record = JSON.parse((await client.get('autodock:engine:me')) ?? '') as object;
  await client.set('autodock:engine:me', JSON.stringify({ ...record, at: 1 }));

  const { code, stderr } = await elsewhere(system, 'drain', 'shop-1');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/controller of shop-1 .* no sign of life/),
  });
});

test('who drains a container whose controller runs by once alone is told that the next pass counts, and --wait says so when its time is over', async () => {
  const { system, one, two } = await named();
  await system.controller.end();
  expect((await here(system, 'once')).code).toBe(0);

  const drained = await elsewhere(system, 'drain', 'shop-1', '--wait', '--timeout', '1s');

  expect(drained).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('takes it out at its next pass'),
    stderr: expect.stringMatching(/^autodock: after 1 s: .*; run autodock once for .*\n$/),
  });
  expect((await system.routes.read('shop.test'))?.urls).toEqual([one.url, two.url]);
  expect((await here(system, 'once')).code).toBe(0);
  expect((await system.routes.read('shop.test'))?.urls).toEqual([two.url]);
});

test('--wait says for whom alone a pass is to be run by hand', async () => {
  const { system } = await named();
  const engine = await startFakeDocker({ name: 'their-engine' });
  onTestFinished(engine.close);
  runSimulated(engine, 'shop.test', { name: 'shop-3' });
  const theirs = { ...system.options, dockerHost: engine.host };
  const they = { ...theirs, env: { ...theirs.env, AUTODOCK_OWNER: 'they' } };
  await system.controller.end();
  for (const options of [they, system.options]) {
    expect((await runCommand(options, 'once')).code).toBe(0);
  }
  await elsewhere(system, 'drain', 'shop-1');
  expect((await here(system, 'once')).code).toBe(0);

  const drained = await elsewhere(system, 'drain', 'shop-1', 'shop-3', '--wait', '--timeout', '1s');

  expect(drained.stderr).toMatch(
    /; run autodock once for their-engine, or wait for its next pass\n$/,
  );
});

test('--all shows what it takes, and takes the containers of this engine alone', async () => {
  const { system, one, two } = await named();
  const engine = await startFakeDocker();
  const other = runSimulated(engine, 'shop.test', { name: 'shop-3' });
  const another = await system.another({ AUTODOCK_OWNER: 'they' }, engine);
  await system.routes.becomes('shop.test', [one.url, two.url, other.url]);
  await published(system, 1, 'they');

  const drained = await here(system, 'drain', '--all');
  expect(drained.code).toBe(0);
  expect(drained.stdout).toMatch(/these 2:\n {2}shop-1 .*\n {2}shop-2 /);
  await system.routes.becomes('shop.test', [other.url]);
  expect((await here(system, 'undrain', '--all')).code).toBe(0);
  await system.routes.becomes('shop.test', [one.url, two.url, other.url]);
  await another.close();
  await engine.close();
});

test('--all asks on a terminal, and nothing is drained without a yes', async () => {
  const { system } = await named();
  const { code, stdout } = await runOnTerminal(system.options, 'drain', '--all');
  expect(stdout).toContain('Drain all of them?');
  expect(stdout).toContain('nothing was drained');
  expect(code).toBe(1);
  expect(await system.redis.client.exists(DRAINS)).toBe(0);
  expect((await runOnTerminal(system.options, 'drain', '--all', '--yes')).code).toBe(0);
});

test('a name that several hosts have is not guessed at, and one that nobody has drains nothing', async () => {
  const { system, two } = await named();
  const engine: FakeDocker = await startFakeDocker();
  // Its addresses begin where those of the first engine do.
  for (const other of ['a', 'b']) runSimulated(engine, `${other}.test`);
  const twin = runSimulated(engine, 'shop.test', { name: 'shop-1' });
  const another = await system.another({ AUTODOCK_OWNER: 'they' }, engine);
  await published(system, 3, 'they');

  const env = { AUTODOCK_OWNER: '' };
  const options = { ...system.options, env: { ...system.options.env, ...env } };
  const several = await runCommand(options, 'drain', 'shop-1');
  expect(several).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/shop-1 may be .* or .*--owner/),
  });
  const unknown = await elsewhere(system, 'drain', 'shop-2', 'shop-7');
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean') });
  const nothingLike = await elsewhere(system, 'drain', 'zzzzzzzz');
  expect(nothingLike).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no host has a container zzzzzzzz .*autodock explain/),
  });
  expect(await system.redis.client.exists(DRAINS)).toBe(0);

  expect((await runCommand(options, 'drain', '--owner', 'they', 'shop-1')).code).toBe(0);
  await waitFor('the twin to be withdrawn', async () => {
    expect((await system.routes.read('shop.test'))?.urls).not.toContain(twin.url);
  });
  expect((await system.routes.read('shop.test'))?.urls).toContain(two.url);
  await another.close();
  await engine.close();
});

test('the guard does not put off what was drained', async () => {
  const system = await openFakeSystem({
    env: {
      AUTODOCK_OWNER: 'me',
      AUTODOCK_GUARD_MIN_DELETES: '2',
      AUTODOCK_GUARD_CONFIRM_AFTER: '1h',
    },
  });
  const hosts = ['a.test', 'b.test', 'c.test'];
  await Promise.all(hosts.map((host) => system.routed(host)));
  await published(system, 3);

  await here(system, 'drain', '--all');

  for (const host of hosts) await system.routes.isHeld(host);
});
