import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { describeFailure } from '../../src/clients/redis-failure.ts';
import { messageOf } from '../../src/errors.ts';
import { startBackend } from '../parts/backend.ts';
import { startCaddy } from '../parts/caddy.ts';
import { deployedProgram, taggedVersion, versionOf } from '../parts/deployed-program.ts';
import { startFront } from '../parts/front.ts';
import { startPrometheus } from '../parts/prometheus.ts';
import { startRedis } from '../parts/redis.ts';
import { requestTls } from '../parts/tls-client.ts';
import { waitFor } from '../parts/wait-for.ts';

// From mirrors, at whatever pace they have: no time of a test.
beforeAll(async () => {
  for (const name of ['caddy', 'prometheus', 'promtool', 'redis-server'] as const) {
    await deployedProgram(name);
  }
}, 600_000);

/** Debian's testing goes on by itself, and a tag is chosen by hand. */
test.for([
  ['caddy', 'caddy', 'version'],
  ['prom/prometheus', 'prometheus', '--version'],
  ['redis', 'redis-server', '--version'],
] as const)(
  'the tag of %s is of no newer minor version than what is tried here',
  async ([image, name, flag]) => {
    const tried = await versionOf(await deployedProgram(name), flag);

    const tagged = await taggedVersion(image);

    expect(tagged).toHaveLength(3);
    const minor = ([first = 0, second = 0]: readonly number[]) => first * 1_000 + second;
    expect(minor(tagged)).toBeLessThanOrEqual(minor(tried));
  },
);

test('the Caddy of the image serves HTTPS for a host that has a route, by our configuration', async () => {
  const [redis, backend] = [await startRedis(), await startBackend('B1')];
  onTestFinished(backend.close);
  onTestFinished(redis.stop);
  const front = await startFront({
    redisSocket: redis.socket,
    env: { FRONT_TRUSTED: '127.0.0.1' },
  });
  onTestFinished(front.stop);
  await redis.client.rpush('frontend:a.test', 'a.test', backend.url);

  const caddy = await startCaddy(front, await deployedProgram('caddy'));
  onTestFinished(caddy.stop);

  expect(await requestTls(caddy.port, 'a.test')).toMatch(/^HTTP\/1\.1 200 [\s\S]*"backend":"B1"/);
  await expect(requestTls(caddy.port, 'b.test')).rejects.toThrow();
});

test('the Prometheus of the image takes our configuration, scrapes, and computes our rules', async () => {
  const redis = await startRedis();
  onTestFinished(redis.stop);
  const front = await startFront({ redisSocket: redis.socket });
  onTestFinished(front.stop);
  const folder = dirname(await deployedProgram('prometheus'));

  const prometheus = await startPrometheus({
    controllerPort: 1,
    frontStatusPort: front.statusPort,
    folder,
  });
  onTestFinished(prometheus.stop);

  await waitFor('the front to be scraped, the controller to be missed', async () => {
    const up = await prometheus.query('up');
    expect(new Set(up.map(({ value }) => value))).toEqual(new Set([0, 1]));
  });
  await waitFor('a rule to say so', async () => {
    const alerts = await prometheus.alerts();
    expect(alerts).not.toEqual([]);
    expect(JSON.stringify(alerts)).not.toContain('<error');
  });
});

describe('Redis', () => {
  const CONFIGURATION = 'deploy/redis/redis.conf';
  const WHOSE = ['the image', 'this system'] as const;

  const programOf = async (whose: (typeof WHOSE)[number]) =>
    whose === 'the image' ? await deployedProgram('redis-server') : 'redis-server';

  /** With the deployment's configuration, but for where things lie. */
  const startDeployed = async (program: string, dir?: string, ...more: readonly string[]) => {
    const own = dir === undefined ? more : [...more, '--dir', dir];
    const redis = await startRedis({ program, args: [...(await settings()), ...own] });
    onTestFinished(redis.stop);
    return redis;
  };

  /** The lines of the configuration as arguments, without the place of the socket and the data. */
  const settings = async (): Promise<readonly string[]> => {
    const lines = (await readFile(CONFIGURATION, 'utf8')).split('\n');
    const own = lines.filter((line) => /^(?!port|unixsocket |dir )[a-z]/.test(line));
    return own.flatMap((line) => {
      const [name, ...words] = line.split(' ');
      return [`--${name}`, words.join(' ').replaceAll('"', '')];
    });
  };

  test.for(WHOSE)(
    'R15: a right that scripts lack is told in one line by the Redis of %s',
    async (whose) => {
      const { client } = await startDeployed(await programOf(whose));
      await client.call('ACL', 'SETUSER', 'robot', 'on', 'nopass', '~a', '+eval', '+auth', '+set');
      const peer = { address: 'db', user: 'robot', keyPrefix: '' };
      const tell = async (script: string) => {
        const asRobot = client.duplicate({
          username: 'robot',
          password: 'any',
          enableReadyCheck: false,
        });
        onTestFinished(() => asRobot.disconnect());
        asRobot.on('error', () => undefined);
        const refused = await asRobot.eval(script, 1, 'a').catch((error: unknown) => error);
        expect(messageOf(refused)).toMatch(/\S/);
        return describeFailure(refused, peer);
      };

      expect(await tell("return redis.call('zadd', KEYS[1], 1, 'x')")).toMatchObject({
        code: 'redis-refused',
        message: expect.stringMatching(/^Redis at db does not grant user robot [^\n]*$/),
      });
      expect(await tell("return redis.call('set', 'b', 1)")).toMatchObject({
        code: 'redis-refused',
        message: expect.stringMatching(/^Redis at db does not grant user robot keys [^\n]*$/),
      });
    },
  );

  test('that of the image, where it is asked for TLS, is one of the same major version that has it', async () => {
    const program = await deployedProgram('redis-server');

    const redis = await startRedis({ program, args: ['--tls-port', '0'] });
    onTestFinished(redis.stop);

    const [tagged] = await taggedVersion('redis');
    expect(await redis.client.info('server')).toMatch(new RegExp(`redis_version:${tagged}\\.`));
  });

  test('what the Redis of the image wrote is read by an older one, so that a tag can be taken back', async () => {
    const newer = await startDeployed(await deployedProgram('redis-server'));
    await newer.client.rpush('frontend:a.test', 'a.test', 'http://10.0.0.1:80');
    await newer.client.hset('autodock:owner:me', 'a.test', '{}');
    await newer.client.bgrewriteaof();
    await waitFor('the data to be written anew', async () =>
      expect(await newer.client.info('persistence')).toMatch(
        /aof_rewrite_in_progress:0[\s\S]*aof_last_bgrewrite_status:ok/,
      ),
    );
    await newer.client.rpush('frontend:b.test', 'b.test');
    await newer.client.config('SET', 'appendfsync', 'always');
    await newer.client.rpush('frontend:b.test', 'http://10.0.0.2:80');
    newer.kill('SIGKILL');

    const older = await startDeployed('redis-server', newer.dir);

    expect(await older.client.lrange('frontend:a.test', 0, -1)).toEqual([
      'a.test',
      'http://10.0.0.1:80',
    ]);
    expect(await older.client.lrange('frontend:b.test', 0, -1)).toHaveLength(2);
    expect(await older.client.hgetall('autodock:owner:me')).toEqual({ 'a.test': '{}' });
  });

  test.for(WHOSE)(
    'data in a newer format is refused by the Redis of %s, in the words that deploy/up looks for',
    async (whose) => {
      const program = await programOf(whose);
      const { kill, dir } = await startDeployed(
        program,
        undefined,
        '--aof-use-rdb-preamble',
        'yes',
      );
      kill('SIGKILL');
      const folder = join(dir, 'appendonlydir');
      const base = (await readdir(folder)).find((name) => name.endsWith('.base.rdb')) ?? '';
      const data = await readFile(join(folder, base), 'latin1');

      await writeFile(join(folder, base), data.replace(/^REDIS\d{4}/, 'REDIS9999'), 'latin1');

      await expect(startDeployed(program, dir)).rejects.toThrow(
        "Can't handle RDB format version 9999",
      );
    },
  );
});
