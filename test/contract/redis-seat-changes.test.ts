import { expect, test } from 'vitest';
import { changeSeats } from '../../src/apply/seats.ts';
import type { Owner, ShortId } from '../../src/model/ids.ts';
import type { Holder } from '../../src/model/seat.ts';
import { useRedisSides } from '../parts/redis-sides.ts';

const { redis, side } = useRedisSides();
const FIELD = 'service/1';

const holder = (owner: string, at: number): Holder => ({
  owner: owner as Owner,
  id: 'aaaaaaaaaaaa' as ShortId,
  name: `one of ${owner}`,
  at,
});

/** Enters a container, as a controller does that read the seats a while ago. */
async function enter(one: Holder): Promise<readonly Holder[]> {
  const { connection, keys } = side();
  const seat = { kind: 'slot', field: FIELD } as const;
  return changeSeats(connection, keys, one.owner, { enter: [{ seat, holder: one }], leave: [] });
}

const seated = async () =>
  JSON.parse((await redis.client.hget('autodock:seats', FIELD)) ?? 'null') as unknown;

test('a newer container has the seat, and the older one of another owner is told', async () => {
  expect(await enter(holder('a', 1))).toEqual([]);
  expect(await enter(holder('a', 2))).toEqual([]);
  expect(await enter(holder('b', 3))).toEqual([holder('a', 2)]);
  expect(await seated()).toEqual(holder('b', 3));
});

test.each([2, 3])('who comes late takes no seat from one that is as new or newer', async (at) => {
  await enter(holder('a', 3));

  expect(await enter(holder('b', at))).toEqual([]);
  expect(await seated()).toEqual(holder('a', 3));
});

test('who sits there no more takes nobody else out', async () => {
  await enter(holder('a', 1));
  await enter(holder('b', 2));
  const { connection, keys } = side();
  const leave = [{ field: FIELD, id: holder('a', 1).id }];

  await changeSeats(connection, keys, 'a' as Owner, { enter: [], leave });
  expect(await seated()).toEqual(holder('b', 2));
  const another = [{ field: FIELD, id: 'bbbbbbbbbbbb' as ShortId }];
  await changeSeats(connection, keys, 'b' as Owner, { enter: [], leave: another });
  expect(await seated()).toEqual(holder('b', 2));
  await changeSeats(connection, keys, 'b' as Owner, { enter: [], leave });
  expect(await seated()).toBeNull();
});
