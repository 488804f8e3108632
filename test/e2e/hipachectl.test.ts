import type { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type FakeSystem, openFakeSystem } from '../parts/fake-system.ts';
import { aPassLater } from '../parts/looks.ts';
import { runHipachectl, runProgram } from '../parts/program.ts';
import { startRedis } from '../parts/redis.ts';
import { waitFor } from '../parts/wait-for.ts';

async function privateRedis() {
  const redis = await startRedis({ tcp: true });
  onTestFinished(redis.stop);
  const run = (...args: readonly string[]) => runHipachectl(redis.url, ...args);
  const list = (host: string) => redis.client.lrange(`frontend:${host}`, 0, -1);
  return { ...redis, run, list };
}

const ADD = ['add', 'blog', 'blog.test', '-i', '192.0.2.7'] as const;

describe('the arguments of 2015', () => {
  test('add, list and delete', async () => {
    const { run, list, port } = await privateRedis();
    expect(await run(...ADD, '-p', '8080')).toMatchObject({ code: 0, stderr: '' });
    expect(
      await run('add', '--ip', '192.0.2.8', '--port', '80', 'blog', 'blog.test'),
    ).toMatchObject({ code: 0 });
    expect(await list('blog.test')).toEqual([
      'blog',
      'http://192.0.2.7:8080',
      'http://192.0.2.8:80',
    ]);

    const listed = await runHipachectl(`tcp://127.0.0.1:${port}`, 'list');
    expect(listed.stdout).toMatch(
      /^VHOST +ID +BACKEND[\s\S]*blog\.test +blog +http:\/\/192\.0\.2\.7:8080 +1 +foreign +alive/,
    );

    expect(await run('delete', 'blog', 'blog.test', '-i', '192.0.2.8')).toMatchObject({ code: 0 });
    expect(await run('delete', 'blog', 'blog.test', '-i', '192.0.2.7', '-p', '8080')).toMatchObject(
      { code: 0, stdout: /gone now/ },
    );
    expect(await list('blog.test')).toEqual([]);
  });

  test('the URL comes from -u, else from the weakest variable, URL', async () => {
    const { url, run } = await privateRedis();
    await run(...ADD);
    for (const env of [{ URL: url }, { URL: 'tcp://127.0.0.1:1', REDIS_URL: url }]) {
      expect((await runProgram('hipachectl.js', ['list'], env)).stdout).toContain('blog.test');
    }
    const bad = await runProgram('hipachectl.js', ['list'], { URL: 'http://example.test' });
    expect(bad.stderr).toContain('(environment URL)');
    expect((await runProgram('hipachectl.js', ['list', '-u', 'x'], {})).stderr).toContain(
      '(flag -u)',
    );
  });

  test('a mistake is one line that says what to do', async () => {
    const mistakes: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [[], /say what to do: list, add or delete/],
      [['frob'], /unknown command 'frob'/],
      [['add', 'blog', 'blog.test'], /-i IP; nothing was changed/],
      [['delete', 'blog', 'blog.test', '-i', ''], /--all for the whole host; nothing was changed/],
      [['delete', 'blog', 'blog.test', '--al'], /unknown flag --al \(did you mean --all\?\)/],
    ];
    for (const [args, message] of mistakes) {
      const { code, stdout, stderr } = await runHipachectl('unix:///nonexistent.sock', ...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^hipachectl: [^\n]+\n$/);
      expect(stderr).toMatch(message);
    }
  });
});

describe('dead marks', () => {
  test('stay with their backends when others come and go', async () => {
    const { client, run, list } = await privateRedis();
    const [A, B, C] = ['http://10.0.0.1:80', 'http://10.0.0.2:80', 'http://10.0.0.3:80'];
    await client.rpush('frontend:blog.test', 'blog', A, B, C);
    await client.sadd('dead:blog.test', '2');
    await client.expire('dead:blog.test', 500);
    await run('delete', 'x', 'blog.test', '-i', '10.0.0.1');
    await run('add', 'x', 'blog.test', '-i', '10.0.0.4');
    const urls = (await list('blog.test')).slice(1);
    expect(new Set(urls)).toEqual(new Set([B, C, 'http://10.0.0.4:80']));
    expect(await client.smembers('dead:blog.test')).toEqual([String(urls.indexOf(C))]);
    expect(await client.ttl('dead:blog.test')).toBeGreaterThan(400);
  });
});

describe('beside a controller', () => {
  const foreign = 'http://192.0.2.7:80';
  const hipachectl = ({ redis }: FakeSystem, ...args: readonly string[]) =>
    runHipachectl(redis.url, ...args);
  const address = (url: string) => ['-i', new URL(url).hostname] as const;

  test('what is added is foreign and stays; what is claimed goes by force alone, and comes back', async () => {
    const system = await openFakeSystem();
    const { url } = await system.routed('blog.test');
    await hipachectl(system, ...ADD);
    await aPassLater(system.controller);
    await system.routes.becomes('blog.test', [url, foreign]);

    const refused = await hipachectl(system, 'delete', 'x', 'blog.test', ...address(url));
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /claims that of blog\.test: nothing was changed\. .*--force, and the controller puts it back\n$/,
    );

    const forced = await hipachectl(system, 'delete', 'x', 'blog.test', '--all', '--force');
    expect(forced.stdout).toMatch(/puts its own back with its next pass\.\n$/);
    await system.routes.becomes('blog.test', [url]);
  });

  test('--all takes what nobody claims, and says what stays', async () => {
    const system = await openFakeSystem();
    const { url } = await system.routed('blog.test');
    await hipachectl(system, ...ADD);
    const { code, stdout, stderr } = await hipachectl(system, 'delete', 'x', 'blog.test', '--all');
    expect(code).toBe(1);
    expect(stdout).toContain('Deleted what nobody claims');
    expect(stderr).toContain('the rest stays');
    await system.routes.becomes('blog.test', [url]);
  });

  test('a backend that a container asks for becomes its controller\u2019s', async () => {
    const system = await openFakeSystem();
    await hipachectl(system, ...ADD);
    const { id } = system.run('blog.test', { ipv4: '192.0.2.7' });
    await waitFor('the claim', async () => {
      expect(await system.routes.claim('blog.test')).toEqual({ [foreign]: [id.slice(0, 12)] });
    });
    system.fake.world.kill(id);
    await system.routes.isGone('blog.test');
  });

  test('many at once lose nothing, and nothing of the controller\u2019s', async () => {
    const system = await openFakeSystem();
    const mine = [await system.routed('blog.test'), system.run('blog.test')];
    const ips = Array.from({ length: 6 }, (_, n) => `192.0.2.${n + 1}`);
    const change = (command: string) =>
      Promise.all(ips.map((ip) => hipachectl(system, command, 'x', 'blog.test', '-i', ip)));
    const churn = Array.from({ length: 20 }, () => system.run('blog.test').id);
    await change('add');
    for (const id of churn) system.fake.world.kill(id);
    const urls = mine.map(({ url }) => url);
    await system.routes.becomes('blog.test', [...urls, ...ips.map((ip) => `http://${ip}:80`)]);
    await change('delete');
    await system.routes.becomes('blog.test', urls);
    expect(await isWhole(system.redis.client)).toBe(true);
  });
});

/** No list is an identifier alone. */
async function isWhole(client: Redis): Promise<boolean> {
  const keys = await client.keys('frontend:*');
  const lengths = await Promise.all(keys.map((key) => client.llen(key)));
  return lengths.every((length) => length > 1);
}
