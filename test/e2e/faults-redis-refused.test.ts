import { describe, expect, test } from 'vitest';
import { tellBudget, timed } from '../parts/budget.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { logged, metricIs, passesFail, readyIs, statusOf } from '../parts/looks.ts';
import { connectionsSeen } from '../parts/redis-looks.ts';
import { waitFor } from '../parts/wait-for.ts';

/** Two seconds for forty keys, of which it tells in between. */
const SLOW_TO_LOAD = [
  ...['--key-load-delay', '50000', '--loading-process-events-interval-bytes', '1024'],
  ...['--rdbcompression', 'no'],
];

describe('a Redis that refuses', () => {
  test('R8: a read-only replica is named, the connection is made anew, and all is right when it is a master again', async () => {
    const { redis, run, routed, routes, controller } = await openFakeSystem();
    const kept = await routed('kept.test');

    await redis.client.replicaof('127.0.0.1', 1);
    const late = run('late.test');
    await passesFail(controller, `Redis at ${redis.url} is a read-only replica`);
    await metricIs(controller, 'autodock_redis_up', 0);
    const connections = await connectionsSeen(redis.client);
    await waitFor('another connection', async () => {
      expect(await connectionsSeen(redis.client)).toBeGreaterThan(connections);
    });
    await redis.client.replicaof('NO', 'ONE');

    await timed('R8', 'right after it is a master', 6_300, () =>
      routes.becomes('late.test', [late.url]),
    );
    expect((await routes.read('kept.test'))?.urls).toEqual([kept.url]);
  });

  test('R9: one that loads its data is waited for, and said to load', async () => {
    const { redis, controller, routed, routes } = await openFakeSystem({
      redis: { args: SLOW_TO_LOAD },
    });
    const kept = await routed('kept.test');
    for (let n = 0; n < 40; n += 1) await redis.client.set(`key-${n}`, 'x'.repeat(2_000));
    await redis.client.save();

    const restarted = redis.restart();
    await waitFor('the reason', async () => {
      const { lastPass, redis: told } = await statusOf(controller);
      expect(lastPass?.error).toContain('is still loading its data; autodock waits');
      expect(told.up).toBe(false);
    });
    await restarted;

    await readyIs(controller, 200);
    await metricIs(controller, 'autodock_redis_up', 1);
    expect((await routes.read('kept.test'))?.urls).toEqual([kept.url]);
  });

  test('R15: NOAUTH, WRONGPASS and NOPERM are one line each, without the password, tried again every 30 s', async () => {
    const { redis, controller, another, routed } = await openFakeSystem({ redis: { tcp: true } });
    await routed('kept.test');
    const { client, port } = redis;
    await client.call('ACL', 'SETUSER', 'robot', 'on', '>let-me-in', '~*', '+@all', '-zadd');
    const urlOf = (user: string) => `redis://${user}@127.0.0.1:${port}`;
    const wrong = await another({ AUTODOCK_REDIS_URL: urlOf('robot:not-this-one') });
    const forbidden = await another({ AUTODOCK_REDIS_URL: urlOf('robot:let-me-in') });

    await controller.end();
    await client.config('SET', 'requirepass', 'let-me-in');
    await controller.restart({ AUTODOCK_REDIS_URL: `redis://127.0.0.1:${port}` });
    const saying = [
      [controller, 'wants a password; write it into AUTODOCK_REDIS_URL'],
      [wrong, 'refuses the password of user robot'],
      [forbidden, 'does not grant user robot '],
    ] as const;
    for (const [refused, words] of saying) {
      await passesFail(refused, words);
      await waitFor(`the log to say: ${words}`, () => expect(refused.output()).toContain(words));
    }
    const refusedAt = performance.now();
    await client.call('ACL', 'SETUSER', 'robot', '>not-this-one', '~*', '+@all');
    await client.config('SET', 'requirepass', '');

    const generous = { timeoutMs: 60_000 };
    for (const [refused] of saying) {
      await waitFor(
        'it to be let in',
        async () => expect((await refused.probe('/readyz')).status).toBe(200),
        generous,
      );
    }
    tellBudget('R15', 'let in by the next attempt', 30_000, performance.now() - refusedAt);
    for (const [refused, words] of saying) {
      expect(refused.output()).not.toMatch(/let-me-in|not-this-one/);
      expect(
        logged(refused, 'Pass failed').filter((line) => JSON.stringify(line).includes(words)),
      ).toHaveLength(1);
    }
  });
});
