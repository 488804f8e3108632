import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { runDeploy } from '../parts/deployment.ts';
import { type FirstHost, type Joined, startFirstHost } from '../parts/first-host.ts';

let first: FirstHost;

beforeAll(async () => {
  first = await startFirstHost();
});

afterAll(() => first.stop());

beforeEach(async () => {
  await first.certify(-1, 24);
});

/** One line says what is wrong and one what to do; nothing stays, here or there. */
async function expectRefused(joining: () => Promise<Joined>, cause: string | RegExp) {
  const before = await dump();

  const { code, stdout, stderr, files } = await joining();

  expect({ code, stdout, files }, stderr).toEqual({ code: 1, stdout: '', files: [] });
  const [said = '', remedy, ...more] = stderr.trimEnd().split('\n');
  expect(said).toMatch(/^deploy\/\S+: this host cannot join: /);
  expect(said).toMatch(cause);
  expect(remedy).toContain('deploy/up --host prints another line');
  expect(more).toEqual([]);
  expect(await dump()).toEqual(before);
}

async function dump() {
  const { client } = first;
  const keys = (await client.keys('*')).sort(compareText);
  return Promise.all(keys.map(async (key) => [key, await client.get(key)]));
}

/** Its user, as the certificate names it. */
async function userOf(line: () => Promise<string>) {
  const before = new Set((await first.client.call('ACL', 'USERS')) as readonly string[]);
  const text = await line();
  const users = (await first.client.call('ACL', 'USERS')) as readonly string[];
  return { text, user: users.find((name) => !before.has(name)) ?? '' };
}

describe('a host joins by a line', () => {
  test('once, and again itself, with a user and a certificate of its own', async () => {
    const { text, user } = await userOf(() => first.line());

    const joined = await first.join(text, 'ENGINE:1');
    const again = await first.join(text, 'ENGINE:1');

    expect(joined).toMatchObject({ code: 0, stderr: '' });
    expect(joined.stdout).toContain(`Redis at 127.0.0.1:${first.port}`);
    expect(joined.stdout).toContain('ports that are published on 127.0.0.1');
    expect(joined.files).toEqual(['ca.crt', 'client.crt', 'client.key', 'prefix', 'url']);
    expect(again).toEqual(joined);
    expect(await first.client.get(`autodock:joined:${user}`)).toBe('ENGINE:1');
    expect(await first.client.call('ACL', 'DRYRUN', user, 'CONFIG', 'GET', 'x')).toMatch(/no perm/);
  });

  test('and no other one by the same', async () => {
    const line = await first.line();
    await first.join(line, 'ENGINE:1');

    await expectRefused(
      () => first.join(line, 'ENGINE:2'),
      /used by another host already \(engine ENGINE:1\), and is for one alone$/,
    );
  });

  test('and one that joined by an earlier version has the rights of this one from deploy/up on', async () => {
    const { text, user } = await userOf(() => first.line());
    await first.join(text, 'ENGINE:1');
    const rightsOf = (name: string) => first.client.call('ACL', 'GETUSER', name);
    const today = await rightsOf(user);
    const earlier = ['resetchannels', '-publish', '+config'];
    await first.client.call('ACL', 'SETUSER', user, ...earlier);
    await first.client.call('ACL', 'SETUSER', 'host-b', 'on', '>secret', '~b:*', '+get');
    const byHand = await rightsOf('host-b');

    expect(await first.renew()).toBe('');

    expect(await rightsOf(user)).toEqual(today);
    expect(await rightsOf('host-b')).toEqual(byHand);
    expect((await first.join(text, 'ENGINE:1')).code).toBe(0);
  });

  test('and where Redis takes no rights for it, that is told', async () => {
    const password = `>${first.password}`;
    await first.client.call('ACL', 'SETUSER', 'default', 'resetpass', '>another');
    try {
      expect(await first.renew()).toMatch(
        /^host +hosts that joined keep the rights in Redis that they had: .*WRONGPASS/,
      );
    } finally {
      await first.client.call('ACL', 'SETUSER', 'default', 'resetpass', password);
    }
  });

  test('and who joined before goes on by its own line where another one is refused', async () => {
    const [own, used] = [await first.line(), await first.line()];
    const { url } = await first.join(own, 'ENGINE:1');
    await first.join(used, 'ENGINE:2');

    const refused = await first.join(used, 'ENGINE:1', own);

    expect(refused.stderr).toContain('used by another host already (engine ENGINE:2)');
    expect(refused).toMatchObject({ code: 1, stdout: '', url });
  });

  test('and who joined before goes on by another line, where that is good', async () => {
    const [own, other] = [await first.line(), await first.line()];
    const { url } = await first.join(other, 'ENGINE:1');

    const joined = await first.join(other, 'ENGINE:1', own);

    expect(joined).toMatchObject({ code: 0, url });
  });

  test.for([
    ['of another name', { name: 'elsewhere', address: 'published' }],
    ['of its name that is no joined one', { name: 'ENGINE:9', address: 'container' }],
    ['of its name in another boot', { name: 'ENGINE:9', address: 'published', boot: 'another' }],
  ] as const)(
    'not while a host %s is at work with the ID of its engine, as a clone has',
    async ([, told]) => {
      const line = await first.line();
      const of = (at: number) => JSON.stringify({ id: 'ENGINE:9', at, leaseMs: 30_000, ...told });
      await first.client.set('autodock:engine:ENGINE:9', of(Date.now()));

      await expectRefused(
        () => first.join(line, 'ENGINE:9'),
        /engine has the ID of another host that is at work, (elsewhere|ENGINE:9), as a cloned machine/,
      );

      await first.client.set('autodock:engine:ENGINE:9', of(Date.now() - 60_000));
      expect(await first.join(line, 'ENGINE:9')).toMatchObject({ code: 0, stderr: '' });
    },
  );

  test('again where it is at work itself', async () => {
    const line = await first.line();
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
    const own = { id: 'ENGINE:8', name: 'ENGINE:8', address: 'published', boot };
    const told = JSON.stringify({ ...own, at: Date.now(), leaseMs: 30_000 });
    await first.client.set('autodock:engine:ENGINE:8', told);

    expect(await first.join(line, 'ENGINE:8')).toMatchObject({ code: 0, stderr: '' });
  });

  test('again after a boot, while its last sign before that still counts', async () => {
    const line = await first.line();
    const at = Date.now() - uptime() * 1_000 - 60_000;
    const own = { id: 'ENGINE:7', name: 'ENGINE:7', address: 'published', boot: 'before' };
    const told = JSON.stringify({ ...own, at, leaseMs: Date.now() });
    await first.client.set('autodock:engine:ENGINE:7', told);

    expect(await first.join(line, 'ENGINE:7')).toMatchObject({ code: 0, stderr: '' });
  });

  test('not where its user was withdrawn', async () => {
    const { text, user } = await userOf(() => first.line());
    await first.client.call('ACL', 'DELUSER', user);

    await expectRefused(() => first.join(text, 'ENGINE:1'), /its line was withdrawn there$/);
  });

  test('not when its certificate is over', async () => {
    const line = await first.line(-2, -1);

    await expectRefused(() => first.join(line, 'ENGINE:1'), /certificate of its line is over$/);
  });

  test('not when that of Redis is over, which is told with what makes it anew', async () => {
    const line = await first.line();
    await first.certify(-2, -1);

    await expectRefused(
      () => first.join(line, 'ENGINE:1'),
      /its certificate is over, and deploy\/up makes it anew there$/,
    );
  });

  test('not while its clock is an hour behind, which is told with its time', async () => {
    const line = await first.line();
    await first.certify(1, 24);

    await expectRefused(
      () => first.join(line, 'ENGINE:1'),
      /the clocks of the two hosts differ \(here it is \d{4}-\S+Z\)$/,
    );
  });

  test('and at once where its clock is an hour ahead', async () => {
    const line = await first.line();
    await first.certify(-1, 24);

    expect(await first.join(line, 'ENGINE:1')).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('deploy/up says before it asks any engine', () => {
  const nowhere = { DOCKER_HOST: 'unix:///nowhere.sock' };

  test.for([
    [['--join', '/no/such/file'], '--join: the file /no/such/file cannot be read'],
    [['--join', 'package.json'], 'this is not a joining line: it does not begin with'],
    [['--join', 'autodock-join-1:H4sI:0123'], 'the joining line is cut short, or changed'],
    [['--join'], '--join needs the line that deploy/up --host printed'],
  ] as const)('%j: %s', async ([args, cause]) => {
    const { code, stdout, stderr } = await runDeploy('up', args, nowhere);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(`deploy/up: ${cause}`);
  });
});

test('a line among the arguments becomes the input, as ps shows arguments', () => {
  const script = `. deploy/lib/say.sh; . deploy/lib/first.sh; . deploy/lib/join.sh
    exec() { printf '%s\\n' "\${@:2}"; cat; }; hide_line --join autodock-join-1:secret:0123`;
  const { stdout } = spawnSync('bash', ['-euo', 'pipefail', '-c', `ROOT=/tmp; ${script}`], {
    encoding: 'utf8',
  });

  expect(stdout).toBe('--join\n-\nautodock-join-1:secret:0123\n');
});
