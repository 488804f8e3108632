import { describe, expect, test } from 'vitest';
import { ObserveError } from '../../../src/errors.ts';
import { createGlance } from '../../../src/http/glance.ts';
import { type HostMarks, marksText } from '../../../src/model/marks.ts';

type Marks = ReadonlyMap<string, HostMarks>;

function marks(slots: Readonly<Record<string, readonly string[]>>, expiresInMs = 30_000): Marks {
  return new Map(Object.entries(slots).map(([host, members]) => [host, { members, expiresInMs }]));
}

/** A glance at dead marks as `redis` has them. */
function open(maxAgeMs = 0) {
  const clock = { now: 0 };
  const logged: unknown[] = [];
  const redis = { up: true, asked: 0, answer: async (): Promise<Marks> => marks({}) };
  const glance = createGlance({
    maxAgeMs,
    now: () => clock.now,
    log: { error: (fields: unknown) => void logged.push(fields) },
    isRedisUp: () => redis.up,
    textOf: marksText,
    read: () => {
      redis.asked += 1;
      return redis.answer();
    },
  });
  return { redis, glance, logged, clock };
}

describe('a glance at the dead marks', () => {
  test('reads once for however many ask at once', async () => {
    const { redis, glance } = open();
    redis.answer = async () => marks({ 'a.test': ['0'] });
    const all = await Promise.all([glance.current(), glance.current(), glance.current()]);
    expect(redis.asked).toBe(1);
    expect(all.map((found) => found?.get('a.test')?.members)).toEqual([['0'], ['0'], ['0']]);
    await glance.current();
    expect(redis.asked).toBe(2);
  });

  test('reads nothing again that is young', async () => {
    const { redis, glance } = open(60_000);
    await glance.current();
    await glance.current();
    glance.revision();
    expect(redis.asked).toBe(1);
  });

  test('is good for longer if it took long', async () => {
    const { redis, glance, clock } = open(1_000);
    redis.answer = async () => {
      clock.now += 100;
      return marks({});
    };
    await glance.current();
    clock.now += 1_999;
    await glance.current();
    expect(redis.asked).toBe(1);
    clock.now += 1;
    await glance.current();
    expect(redis.asked).toBe(2);
  });

  test('knows nothing while Redis is down, and does not ask it', async () => {
    const { redis, glance } = open();
    redis.up = false;
    expect(await glance.current()).toBeNull();
    expect(redis.asked).toBe(0);
  });

  test('knows nothing when Redis cannot tell, and again when it can', async () => {
    const { redis, glance } = open();
    redis.answer = () => Promise.reject(new ObserveError('redis-timeout', 'Redis: no answer'));
    expect(await glance.current()).toBeNull();
    redis.answer = async () => marks({ 'a.test': ['0'] });
    expect((await glance.current())?.size).toBe(1);
  });

  test('does not hide a fault of ours', async () => {
    const { redis, glance, logged } = open();
    redis.answer = () => Promise.reject(new TypeError('a fault'));
    await expect(glance.current()).rejects.toThrow('a fault');
    // Asked in passing it ends no process, and is told all the same.
    expect(glance.revision()).toBe(0);
    await expect(glance.current()).rejects.toThrow('a fault');
    expect(logged).toEqual([{ err: expect.any(TypeError) }]);
  });

  test('raises its revision when other slots are marked, not when a mark is set anew', async () => {
    const { redis, glance } = open();
    redis.answer = async () => marks({ 'b.test': ['1'] });
    await glance.current();
    await glance.current();
    expect(glance.revision()).toBe(0);
    redis.answer = async () => marks({ 'a.test': ['0'] }, 30_000);
    await glance.current();
    await glance.current();
    const marked = glance.revision();
    expect(marked).toBe(1);
    redis.answer = async () => marks({ 'a.test': ['0'] }, 10);
    await glance.current();
    await glance.current();
    expect(glance.revision()).toBe(marked);
    redis.answer = async () => marks({});
    await glance.current();
    await glance.current();
    expect(glance.revision()).toBe(marked + 1);
  });
});
