import { describe, expect, test } from 'vitest';
import { createBoundedQueue } from '../../../src/plugin/queue.ts';

describe('a bounded queue', () => {
  test('drops all that waits when it is full, and says so once', async () => {
    const queue = createBoundedQueue<number>(3, () => 1);
    for (let item = 1; item <= 8; item += 1) queue.push(item);
    expect(await queue.take()).toEqual({ kind: 'dropped', count: 6 });
    expect(await queue.take()).toEqual({ kind: 'item', item: 7 });
    expect(await queue.take()).toEqual({ kind: 'item', item: 8 });
  });

  test('tells of what it dropped even if it does not count', async () => {
    const queue = createBoundedQueue<string>(1, (item) => item.length);
    for (const item of ['', 'ab', 'c']) queue.push(item);
    expect(await queue.take()).toEqual({ kind: 'dropped', count: 2 });
    queue.push('d');
    queue.push('');
    queue.remove((item) => item === '');
    expect(await queue.take()).toEqual({ kind: 'dropped', count: 2 });
  });

  test('wakes who waits, with an item or with the end', async () => {
    const queue = createBoundedQueue<number>(3, () => 1);
    const first = queue.take();
    queue.push(1);
    expect(await first).toEqual({ kind: 'item', item: 1 });
    const second = queue.take();
    queue.end();
    expect(await second).toEqual({ kind: 'end' });
    queue.push(2);
    expect(await queue.take()).toEqual({ kind: 'end' });
  });
});
