import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counts, entry, url } from './arbitrary.ts';
import { RUNS, useScriptPart } from './part.ts';

const part = useScriptPart(
  'claim-before',
  `
  local mine = { ids = cjson.decode(input.had), copies = {}, backed = false }
  for text, ids in pairs(mine.ids) do mine.copies[text], mine.backed = #ids, true end
  local job = { mine = mine, had = input.had, wanted = input.wanted, claim = input.claim, from = {} }
  for n = 1, input.urls do job.from[n] = n end
  return cjson.encode({ text = claimBefore(job, input) or cjson.null })`,
);

type Copies = Readonly<Record<string, number>>;

test('before the list is written every copy that is there, or comes, is claimed', async () => {
  const input = fc.record({ mine: counts(fc.oneof(entry, url)), wanted: counts(url) });
  await fc.assert(
    fc.asyncProperty(input, async ({ mine, wanted }) => {
      const [had, claim] = [claimText(mine), claimText(wanted)];
      const sent = { had, claim, wanted, urls: Object.keys(wanted).length };
      const { text } = (await part.run(sent)) as { readonly text: string | null };

      const gains = Object.entries(wanted).some(([one, n]) => n > (mine[one] ?? 0));
      expect(text !== null).toBe(gains);
      // What is claimed at that moment: the new text, or what was there.
      const claimed = JSON.parse(text ?? had) as Record<string, readonly string[]>;
      for (const one of new Set([...Object.keys(mine), ...Object.keys(wanted)])) {
        expect(claimed[one]?.length ?? 0).toBeGreaterThanOrEqual(
          Math.max(mine[one] ?? 0, wanted[one] ?? 0),
        );
      }
    }),
    RUNS,
  );
});

function claimText(copies: Copies): string {
  const ids = Object.entries(copies).map(([one, n]) => [one, Array<string>(n).fill('a')]);
  return JSON.stringify(Object.fromEntries(ids));
}
