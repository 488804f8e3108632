import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layOut } from '../../../src/diff/lay-out.ts';
import { counts, entries, entry, marked, url } from './arbitrary.ts';
import { RUNS, useScriptPart } from './part.ts';

const part = useScriptPart(
  'lay-out',
  `
  local job = { entries = input.entries, counts = {}, others = input.others, marked = {} }
  job.mine = { copies = input.mine }
  for _, text in ipairs(input.entries) do job.counts[text] = (job.counts[text] or 0) + 1 end
  for _, slot in ipairs(input.marked) do job.marked[slot] = true end
  layOut(job, input.desired, input.urls)
  local places = {}
  for n, from in ipairs(job.from) do
    places[n] = { url = job.after[n + 1], from = from or cjson.null }
  end
  return list(places)`,
);

const input = fc.record({
  entries,
  mine: counts(entry),
  others: counts(entry),
  desired: counts(url),
  marked,
});

test('the script lays out a list as the planner does', async () => {
  await fc.assert(
    fc.asyncProperty(input, async ({ entries: before, mine, others, desired, marked: slots }) => {
      const places = layOut({
        entries: before,
        mine: new Map(Object.entries(mine)),
        others: new Map(Object.entries(others)),
        desired: new Map(Object.entries(desired)),
        marked: new Set(slots),
      });
      const urls = Object.keys(desired);
      const sent = { entries: before, mine, others, desired, marked: slots, urls };
      expect(await part.run(sent)).toEqual(places);
    }),
    RUNS,
  );
});
