import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entries } from './arbitrary.ts';
import { RUNS, useScriptPart } from './part.ts';

const part = useScriptPart(
  'write-list',
  `
  redis.call('DEL', 'frontend:a.local')
  if #input.before > 0 then inPieces('RPUSH', 'frontend:a.local', input.before) end
  writeList('frontend:a.local', input.before, input.after)
  return list(redis.call('LRANGE', 'frontend:a.local', 0, -1))`,
);

test('a list becomes what it is to be, whatever it was', async () => {
  await fc.assert(
    fc.asyncProperty(entries, entries, async (before, after) => {
      expect(await part.run({ before, after })).toEqual(after);
    }),
    RUNS,
  );
});

test('more items than the stack of Lua holds are written, too', async () => {
  const after = Array.from({ length: 20_001 }, (_, n) => `http://foreign:${n}`);
  expect(await part.run({ before: [], after })).toEqual(after);
  expect(await part.run({ before: after, after: after.slice(1) })).toEqual(after.slice(1));
});
