import { describe, expect, test } from 'vitest';
import { createSubscribers } from '../../../src/bus/subscribers.ts';
import { EVERYTHING, filterOf } from '../../../src/wire/filter.ts';

const ALL = { filter: EVERYTHING, ttlMs: null };
const peer = (port: number) => ({ address: '127.0.0.1', port });

function table(max = 3) {
  const clock = { now: 0 };
  const subscribers = createSubscribers({ max, ttlMs: 1_000, now: () => clock.now });
  return { clock, subscribers };
}

describe('subscribers', () => {
  test('are told apart by address and port', () => {
    const { subscribers } = table();
    expect(subscribers.hello(peer(1), ALL)).toBe('new');
    expect(subscribers.hello(peer(2), ALL)).toBe('new');
    expect(subscribers.hello({ address: '10.0.0.1', port: 1 }, ALL)).toBe('new');
    expect(subscribers.hello(peer(1), ALL)).toBe('renewed');
    expect(subscribers.size).toBe(3);
  });

  test('are no more than so many, and one that leaves makes room', () => {
    const { subscribers } = table(1);
    subscribers.hello(peer(1), ALL);
    expect(subscribers.hello(peer(2), ALL)).toBe('full');
    expect(subscribers.find(peer(2))).toBeNull();
    expect(subscribers.remove(peer(1))).toBe(true);
    expect(subscribers.remove(peer(1))).toBe(false);
    expect(subscribers.hello(peer(2), ALL)).toBe('new');
  });

  test('have a number that stays while they are renewed, and is never given twice', () => {
    const { subscribers } = table();
    const greeted = (port: number) => {
      subscribers.hello(peer(port), ALL);
      return subscribers.find(peer(port))?.subscription;
    };
    expect([greeted(1), greeted(2), greeted(1)]).toEqual([1, 2, 1]);
    subscribers.remove(peer(1));
    expect([greeted(1), greeted(2)]).toEqual([3, 2]);
  });

  test('expire after their lease, which is never longer than the longest', () => {
    const { clock, subscribers } = table();
    subscribers.hello(peer(1), { ...ALL, ttlMs: 100 });
    subscribers.hello(peer(2), { ...ALL, ttlMs: 5_000 });
    clock.now = 100;
    expect(subscribers.expire().map(({ peer: { port } }) => port)).toEqual([1]);
    clock.now = 999;
    subscribers.renew(peer(2));
    clock.now = 1_998;
    expect(subscribers.expire()).toEqual([]);
    clock.now = 1_999;
    expect(subscribers.expire().map(({ leaseMs }) => leaseMs)).toEqual([1_000]);
  });

  test('are counted for what they want alone, across a change of the filter', () => {
    const { subscribers } = table();
    subscribers.hello(peer(1), { filter: filterOf(['route_*']), ttlMs: null });
    subscribers.hello(peer(2), ALL);
    expect(subscribers.count('pull').map(({ peer: { port } }) => port)).toEqual([2]);
    expect(subscribers.count('route_added').map(({ seq }) => seq)).toEqual([1, 2]);
    subscribers.hello(peer(1), ALL);
    expect(subscribers.count(null).map(({ seq }) => seq)).toEqual([2, 3]);
  });
});
