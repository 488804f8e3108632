import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LATEST_TIME, parseClaim } from '../../../src/model/claim-text.ts';
import { RUNS, useScriptPart } from './part.ts';

const part = useScriptPart(
  'read-claim',
  `
  local claim = readClaim(input.text, input.latestTime)
  if not claim then return '"malformed"' end
  return cjson.encode({ ids = claim.ids, lapsed = claim.lapsed, held = claim.held and string.format('%.17g', claim.held), backed = claim.backed })`,
);

const url = fc.constantFrom('http://10.0.0.1:80', 'http://10.0.0.2:80', '', 'held', 'lapsed');
const time = fc.constantFrom(0, 1, 1.5, -1, 1_700_000_000_000, LATEST_TIME - 2, LATEST_TIME, 1e300);
const value = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom('aaaaaaaaaaaa', 'b'), { maxLength: 3 }) },
  { weight: 2, arbitrary: time },
  fc.jsonValue({ maxDepth: 2 }),
);
const text = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.dictionary(url, value, { maxKeys: 3 }).map((claim) => JSON.stringify(claim)),
  },
  fc.jsonValue({ maxDepth: 2 }).map((any) => JSON.stringify(any)),
  fc.string({ maxLength: 8 }).map((any) => `{${any}`),
);

test('the script reads a claim as the planner does, and takes the same texts for malformed', async () => {
  await fc.assert(
    fc.asyncProperty(text, async (claim) => {
      expect(await part.run({ text: claim, latestTime: LATEST_TIME })).toEqual(expected(claim));
    }),
    RUNS,
  );
});

function expected(claimText: string): unknown {
  const claim = parseClaim(claimText);
  if (claim === 'malformed') return claim;
  const { backends, heldSince } = claim;
  const held =
    heldSince === null ? {} : { held: expect.toSatisfy((text) => Number(text) === heldSince) };
  const lapsed = claim.lapsed !== undefined;
  return { ids: Object.fromEntries(backends), ...held, lapsed, backed: backends.size > 0 };
}
