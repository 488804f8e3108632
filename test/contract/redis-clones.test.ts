import { expect, test } from 'vitest';
import { ENGINE } from '../parts/redis-side.ts';
import { useRedisSides } from '../parts/redis-sides.ts';

const { redis, side, record } = useRedisSides();
const HOUR_MS = 3_600_000;

/** A machine that was booted so long ago. */
const machine = (id: string, upMs = HOUR_MS) => side({ boot: { id, upMs: () => upMs } });
const opens = async ({ reader }: ReturnType<typeof side>) =>
  (await reader.open(ENGINE, new Set())).kind;
/** The last sign was so long ago. */
async function age(ms: number): Promise<void> {
  const last = await record('me');
  await redis.client.set('autodock:engine:me', JSON.stringify({ ...last, at: last.at - ms }));
}

test('a clone with ID and name of the other is told by its boot, and writes nothing', async () => {
  const first = machine('a-boot');
  await first.open();
  const before = await record('me');

  const clone = machine('another-boot');
  expect(await clone.reader.open(ENGINE, new Set())).toMatchObject({
    kind: 'contested',
    record: { engineId: ENGINE.id, engine: ENGINE.name, boot: 'a-boot' },
  });
  expect(await clone.beat()).toMatchObject({ outcome: 'contested' });
  expect(await record('me')).toEqual(before);
  expect(await opens(first)).toBe('opened');
  await age(60_000);
  expect(await opens(clone)).toBe('contested');
});

test('two controllers of one engine are none, nor is one whose boot is not known', async () => {
  await machine('a-boot').open();
  expect(await opens(machine('a-boot'))).toBe('opened');
  expect(await opens(side())).toBe('opened');
  expect(await opens(machine('another-boot'))).toBe('opened');
});

test('nor is a machine that was booted since the last sign, once another one would have given the next', async () => {
  await machine('a-boot').open();
  await age(31_000);
  const booted = machine('the-next-boot', 20_000);
  expect(await opens(booted)).toBe('contested');
  await age(2_000);
  expect(await opens(booted)).toBe('opened');
});

test('nor is one that comes when Redis itself was started anew', async () => {
  await machine('a-boot').open();
  const last = await record('me');
  await redis.client.set('autodock:engine:me', JSON.stringify({ ...last, redis: 'another-run' }));
  expect(await opens(machine('the-next-boot', 20_000))).toBe('opened');
});
