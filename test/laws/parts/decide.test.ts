import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Decision, decide } from '../../../src/diff/decide.ts';
import type { Claim } from '../../../src/model/frontend.ts';
import type { BackendUrl, Owner, ShortId } from '../../../src/model/ids.ts';
import { counts, entries, entry, marked, url } from './arbitrary.ts';
import { RUNS, useScriptPart } from './part.ts';

const part = useScriptPart(
  'decide',
  `
  local job = { before = input.before, entries = tail(input.before, 2), marked = {} }
  job.counts, job.others, job.othersHold = countsOf(job.entries), input.others, input.othersHold
  for _, slot in ipairs(input.marked) do job.marked[slot] = true end
  job.mine = { ids = {}, copies = input.mine, backed = next(input.mine) ~= nil }
  if input.held ~= cjson.null then job.mine.held = input.held end
  if input.had ~= cjson.null then job.had = input.had end
  decide(job, input.write, input.pass)
  return cjson.encode({ after = list(job.after), claim = job.claim or cjson.null })`,
);

const [ME, OTHER] = ['me', 'other'] as unknown as readonly [Owner, Owner];
const ID = 'aaaaaaaaaaaa' as ShortId;
const NOW = 1_700_000_000_000;
const HELD_NOW = `{"held":${NOW}}`;

const input = fc.record({
  before: fc.oneof(
    fc.constant([]),
    entries.map((urls) => ['id', ...urls]),
  ),
  mine: fc.oneof(fc.constant(null), fc.constant('held' as const), counts(entry)),
  heldSince: fc.constantFrom(1, NOW - 5, NOW + 5),
  others: counts(entry),
  othersHold: fc.boolean(),
  desired: fc.oneof(fc.constant({}), counts(url)),
  asked: fc.boolean(),
  holdMs: fc.constantFrom(0, 10),
  marked,
});
interface Reply {
  readonly after: string;
  readonly claim: string | null;
}

type Input = typeof input extends fc.Arbitrary<infer T> ? T : never;

test('the script decides about a vhost as the planner does', async () => {
  await fc.assert(
    fc.asyncProperty(input, async (one) => {
      const { list, claim } = decision(one);
      const { after, claim: text } = (await part.run(sent(one, false))) as Reply;
      expect(JSON.parse(after)).toEqual(list === null ? [] : [list.identifier, ...list.entries]);
      expect(text).toEqual(textOf(one, claim));
    }),
    RUNS,
  );
});

test('where nothing may grow the list gets no URL that it had not, and the claim none that we had not', async () => {
  await fc.assert(
    fc.asyncProperty(input, async (one) => {
      const reply = (await part.run(sent(one, true))) as Reply;
      const after = JSON.parse(reply.after) as readonly string[];
      const claimed = Object.entries(JSON.parse(reply.claim ?? '{}') as Record<string, unknown[]>);
      const mine = one.mine === null || one.mine === 'held' ? {} : one.mine;

      const urls = after.slice(1);
      expect(urls.filter((text) => copies(urls, text) > copies(one.before, text))).toEqual([]);
      const isMore = ([text, ids]: [string, unknown[]]) => ids.length > (mine[text] ?? 0);
      expect(claimed.filter((member) => member[0] !== 'held' && isMore(member))).toEqual([]);
      expect(one.mine === null && reply.claim !== null).toBe(false);
    }),
    RUNS,
  );
});

function copies(texts: readonly string[], text: string): number {
  return texts.filter((other) => other === text).length;
}

function decision(one: Input): Decision {
  const [identifier, ...urls] = one.before;
  const claims = new Map<Owner, Claim>([[OTHER, claimOf(one.others)]]);
  if (one.othersHold) claims.set('holder' as Owner, { backends: new Map(), heldSince: 1 });
  if (one.mine === 'held') claims.set(ME, { backends: new Map(), heldSince: one.heldSince });
  else if (one.mine !== null) claims.set(ME, claimOf(one.mine));
  const list =
    identifier === undefined
      ? ({ kind: 'absent' } as const)
      : ({ kind: 'list', identifier, entries: urls } as const);
  const backends = Object.entries(one.desired).map(([text, n]) => ({
    url: text as BackendUrl,
    ids: Array<ShortId>(n).fill(ID),
  }));
  const write = { vhost: 'a.local', identifier: 'app', backends, asked: askedOf(one) };
  const context = { owner: ME, now: NOW, holdMs: one.holdMs };
  return decide({ vhost: 'a.local', list, claims }, write, context, new Set(one.marked));
}

function sent(one: Input, removalsOnly: boolean): unknown {
  const { mine } = one;
  return {
    before: one.before,
    others: one.others,
    othersHold: one.othersHold,
    mine: mine === null || mine === 'held' ? {} : mine,
    held: mine === 'held' ? one.heldSince : null,
    had: hadOf(one),
    marked: one.marked,
    write: {
      id: 'app',
      urls: Object.keys(one.desired),
      copies: Object.values(one.desired),
      claim: claimText(one.desired),
      asked: askedOf(one),
    },
    pass: { now: NOW, holdMs: one.holdMs, removalsOnly },
  };
}

function askedOf({ asked, desired }: Input): boolean {
  return asked && Object.keys(desired).length === 0;
}

function hadOf({ mine, heldSince }: Input): string | null {
  if (mine === null) return null;
  return mine === 'held' ? `{"held":${heldSince}}` : claimText(mine);
}

function textOf(one: Input, claim: Decision['claim']): string | null {
  if (claim === null) return null;
  if (claim === 'held-now') return HELD_NOW;
  return claim.heldSince === null ? claimText(one.desired) : hadOf(one);
}

function claimOf(copiesByUrl: Readonly<Record<string, number>>): Claim {
  const backends = Object.entries(copiesByUrl).map(
    ([text, n]) => [text, Array<string>(n).fill(ID)] as const,
  );
  return { backends: new Map(backends), heldSince: null };
}

function claimText(copiesByUrl: Readonly<Record<string, number>>): string {
  return JSON.stringify(Object.fromEntries(claimOf(copiesByUrl).backends));
}
