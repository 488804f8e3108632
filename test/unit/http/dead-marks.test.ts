import { describe, expect, it } from 'vitest';
import { ObserveError } from '../../../src/errors.ts';
import { createDeadMarks, type Marks } from '../../../src/http/dead-marks.ts';

function marks(slots: Readonly<Record<string, readonly string[]>>, expiresInMs = 30_000): Marks {
  return new Map(Object.entries(slots).map(([host, members]) => [host, { members, expiresInMs }]));
}

/** Dead marks as `redis` has them. */
function open(maxAgeMs = 0) {
  const clock = { now: 0 };
  const logged: unknown[] = [];
  const redis = { up: true, asked: 0, answer: async (): Promise<Marks> => marks({}) };
  const dead = createDeadMarks({
    maxAgeMs,
    now: () => clock.now,
    log: { error: (fields: unknown) => void logged.push(fields) },
    isRedisUp: () => redis.up,
    read: () => {
      redis.asked += 1;
      return redis.answer();
    },
  });
  return { redis, dead, logged, clock };
}

describe('the dead marks', () => {
  it('are read once for however many ask at once', async () => {
    const { redis, dead } = open();
    redis.answer = async () => marks({ 'a.test': ['0'] });
    const all = await Promise.all([dead.current(), dead.current(), dead.current()]);
    expect(redis.asked).toBe(1);
    expect(all.map((found) => found?.get('a.test')?.members)).toEqual([['0'], ['0'], ['0']]);
    await dead.current();
    expect(redis.asked).toBe(2);
  });

  it('are not read again while they are young', async () => {
    const { redis, dead } = open(60_000);
    await dead.current();
    await dead.current();
    dead.revision();
    expect(redis.asked).toBe(1);
  });

  it('that took long to read are good for longer', async () => {
    const { redis, dead, clock } = open(1_000);
    redis.answer = async () => {
      clock.now += 100;
      return marks({});
    };
    await dead.current();
    clock.now += 1_999;
    await dead.current();
    expect(redis.asked).toBe(1);
    clock.now += 1;
    await dead.current();
    expect(redis.asked).toBe(2);
  });

  it('are not known while Redis is down, and Redis is not asked', async () => {
    const { redis, dead } = open();
    redis.up = false;
    expect(await dead.current()).toBeNull();
    expect(redis.asked).toBe(0);
  });

  it('are not known when Redis cannot tell, and known again when it can', async () => {
    const { redis, dead } = open();
    redis.answer = () => Promise.reject(new ObserveError('redis-timeout', 'Redis: no answer'));
    expect(await dead.current()).toBeNull();
    redis.answer = async () => marks({ 'a.test': ['0'] });
    expect((await dead.current())?.size).toBe(1);
  });

  it('do not hide a fault of ours', async () => {
    const { redis, dead, logged } = open();
    redis.answer = () => Promise.reject(new TypeError('a fault'));
    await expect(dead.current()).rejects.toThrow('a fault');
    // Asked in passing it ends no process, and is told all the same.
    expect(dead.revision()).toBe(0);
    await expect(dead.current()).rejects.toThrow('a fault');
    expect(logged).toEqual([{ err: expect.any(TypeError) }]);
  });

  it('raise their revision when other slots are marked, not when a mark is set anew', async () => {
    const { redis, dead } = open();
    redis.answer = async () => marks({ 'b.test': ['1'] });
    await dead.current();
    await dead.current();
    expect(dead.revision()).toBe(0);
    redis.answer = async () => marks({ 'a.test': ['0'] }, 30_000);
    await dead.current();
    await dead.current();
    const marked = dead.revision();
    expect(marked).toBe(1);
    redis.answer = async () => marks({ 'a.test': ['0'] }, 10);
    await dead.current();
    await dead.current();
    expect(dead.revision()).toBe(marked);
    redis.answer = async () => marks({});
    await dead.current();
    await dead.current();
    expect(dead.revision()).toBe(marked + 1);
  });
});
