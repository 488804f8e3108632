import { expect, test } from 'vitest';
import { elect } from '../../src/apply/overseer.ts';
import type { Owner } from '../../src/model/ids.ts';
import { useRedisSides } from '../parts/redis-sides.ts';

const { redis, side } = useRedisSides();
const KEY = 'autodock:overseer';
const LEASE_MS = 3_600_000;

/** What a process of an owner is told that asks to look for all; without a lease: that goes. */
async function ask(owner: string, { run = 'run', leaseMs = LEASE_MS } = {}) {
  const { connection, keys } = side();
  const { isElected, wasElected } = await elect(
    connection,
    keys,
    { owner: owner as Owner, run },
    leaseMs,
  );
  return [isElected, wasElected];
}

/** The record of who is elected, with these members. */
async function change(members: (record: { readonly at: number }) => object): Promise<void> {
  const record = JSON.parse((await redis.client.get(KEY)) ?? '') as { readonly at: number };
  await redis.client.set(KEY, JSON.stringify({ ...record, ...members(record) }));
}

test('who goes without being elected leaves it to who is', async () => {
  expect(await ask('one')).toEqual([true, false]);
  expect(await ask('other', { leaseMs: 0 })).toEqual([false, false]);

  expect(await ask('other')).toEqual([false, false]);
  expect(await ask('one')).toEqual([true, true]);
});

test('two processes of one owner are two', async () => {
  await ask('one');
  expect(await ask('one', { run: 'another' })).toEqual([false, false]);
  await ask('one', { run: 'another', leaseMs: 0 });

  expect(await ask('other')).toEqual([false, false]);
});

test.each([
  ['of another run of Redis', () => ({ redis: 'another' })],
  ['ahead of its clock', ({ at }: { readonly at: number }) => ({ at: at + LEASE_MS })],
  ['that is over', ({ at }: { readonly at: number }) => ({ at: at - LEASE_MS - 1 })],
])('a lease %s counts for nothing, also for whose it was', async (_which, members) => {
  await ask('one');
  await change(members);
  expect(await ask('one')).toEqual([true, false]);

  await change(members);
  expect(await ask('other')).toEqual([true, false]);
});
