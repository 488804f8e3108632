import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RUNS, useScriptPart } from './part.ts';

const part = useScriptPart(
  'move-marks',
  `
  local from = {}
  for n, slot in ipairs(input.from) do from[n] = slot ~= cjson.null and slot end
  local moved = moveMarks('dead:a.local', { before = input.before, from = from })
  return cjson.encode({ moved = moved, marks = list(redis.call('SMEMBERS', 'dead:a.local')) })`,
);

const member = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 9 }).map(String) },
  fc.constantFrom('07', '-1', '-0', '1.0', '1e1', ' 1', 'nan', '-nan', 'inf', 'x', '', '99'),
);
const place = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 9 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

test('a mark stays with its backend, those of others go, and the time to live is what it was', async () => {
  const input = fc.record({
    members: fc.uniqueArray(member, { maxLength: 6 }),
    from: fc.uniqueArray(place, { maxLength: 8, selector: (slot) => slot ?? Symbol('new') }),
    existed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(input, async ({ members, from, existed }) => {
      const client = part.client();
      await client.del('dead:a.local');
      if (members.length > 0) await client.sadd('dead:a.local', ...members);
      await client.pexpireat('dead:a.local', 4_000_000_000_000);

      const before = existed ? ['id', 'some', 'urls'] : [];
      const reply = (await part.run({ before, from })) as { moved: number; marks: string };
      const survivors = from.flatMap((slot, now) =>
        existed && slot !== null && members.includes(String(slot)) ? [{ slot, now }] : [],
      );
      const marks = JSON.parse(reply.marks) as readonly string[];
      expect(new Set(marks)).toEqual(new Set(survivors.map(({ now }) => String(now))));
      expect(reply.moved).toBe(survivors.filter(({ slot, now }) => slot !== now).length);
      if (marks.length > 0) {
        expect(await client.pexpiretime('dead:a.local')).toBe(4_000_000_000_000);
      }
    }),
    RUNS,
  );
});
