import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Claim } from '../../../src/model/frontend.ts';
import type { BackendUrl, Owner } from '../../../src/model/ids.ts';
import type { FrontendEdit } from '../../../src/model/plan.ts';
import { decideEdit } from '../decide-edit.ts';
import { counts, entries, entry, marked, url } from './arbitrary.ts';
import { RUNS, useScriptPart } from './part.ts';

const part = useScriptPart(
  'decide-edit',
  `
  local job = { before = input.before, entries = tail(input.before, 2), marked = {} }
  job.counts, job.others, job.othersHold = countsOf(job.entries), input.others, input.othersHold
  for _, slot in ipairs(input.marked) do job.marked[slot] = true end
  local spared = decideEdit(job, input.edit)
  return cjson.encode({ after = list(job.after), from = list(job.from), spared = spared })`,
);

const TARGET = { vhost: 'a.local', identifier: 'app' };
const edit = fc.oneof(
  url.map((text): FrontendEdit => ({ ...TARGET, kind: 'add', url: text as BackendUrl })),
  fc
    .tuple(fc.uniqueArray(entry, { maxLength: 3 }), fc.boolean())
    .map(([texts, force]): FrontendEdit => ({ ...TARGET, kind: 'remove', texts, force })),
  fc.boolean().map((force): FrontendEdit => ({ ...TARGET, kind: 'clear', force })),
);
const before = fc.oneof(
  fc.constant([]),
  entries.map((urls) => ['id', ...urls]),
);
const input = fc.record({ edit, before, others: counts(entry), othersHold: fc.boolean(), marked });

test("the script decides about a person's edit as the planner does", async () => {
  await fc.assert(
    fc.asyncProperty(input, async (one) => {
      const [identifier, ...urls] = one.before;
      const list =
        identifier === undefined
          ? ({ kind: 'absent' } as const)
          : ({ kind: 'list', identifier, entries: urls } as const);
      const claims = claimsOf(one.others, one.othersHold);
      const expected = decideEdit(
        { vhost: 'a.local', list, claims },
        one.edit,
        new Set(one.marked),
      );
      const reply = (await part.run({ ...one, edit: sent(one.edit) })) as {
        after: string;
        from: string;
        spared: number;
      };
      const due =
        expected.list === null ? [] : [expected.list.identifier, ...expected.list.entries];
      expect(JSON.parse(reply.after)).toEqual(due);
      expect(JSON.parse(reply.from)).toEqual(expected.places.map(({ from }) => from ?? false));
      expect(reply.spared).toBe(expected.spared);
    }),
    RUNS,
  );
});

function claimsOf(
  others: Readonly<Record<string, number>>,
  othersHold: boolean,
): ReadonlyMap<Owner, Claim> {
  const backends = Object.entries(others).map(
    ([text, copies]) => [text, Array<string>(copies).fill('aaaaaaaaaaaa')] as const,
  );
  const claims = new Map<Owner, Claim>([
    ['other' as Owner, { backends: new Map(backends), heldSince: null }],
  ]);
  if (othersHold) claims.set('holder' as Owner, { backends: new Map(), heldSince: 1 });
  return claims;
}

/** As the editor sends it. */
function sent(wish: FrontendEdit): unknown {
  switch (wish.kind) {
    case 'add':
      return { id: 'app', urls: [wish.url] };
    case 'remove':
      return { id: 'app', urls: [], take: wish.texts, force: wish.force };
    case 'clear':
      return { id: 'app', urls: [], all: true, force: wish.force };
  }
}
