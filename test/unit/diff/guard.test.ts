import { describe, expect, test } from 'vitest';
import { createDiff } from '../../../src/diff/diff.ts';
import { type GuardInput, guard } from '../../../src/diff/guard.ts';
import { renderChange } from '../../../src/diff/render.ts';
import type { DesiredFrontend, ObservedFrontend } from '../../../src/model/frontend.ts';
import type { Epoch, ShortId } from '../../../src/model/ids.ts';
import { byVhost, claim, desired, OWNER, observed } from './world.ts';

const SETTINGS = { minDeletes: 3, maxDeletePercent: 50, confirmAfterMs: 5_000 };
const HOLD = { holdMs: 0, policy: 'sync', keyPrefix: '' } as const;

const urlOf = (n: number) => `http://10.0.0.${n}:80`;
const nameOf = (n: number) => `h${n}.example`;

function routed(n: number): ObservedFrontend {
  return observed(nameOf(n), [urlOf(n)], { [OWNER]: claim({ [urlOf(n)]: [`c${n}`] }) });
}

function judge(
  seen: ObservedFrontend[],
  wanted: DesiredFrontend[],
  rest: Partial<GuardInput> = {},
) {
  const frontends = byVhost(...seen);
  const plan = createDiff(HOLD)({
    owner: OWNER,
    epoch: '1' as Epoch,
    now: 0,
    desired: byVhost(...wanted),
    observed: frontends,
    unknown: [],
  });
  return guard(plan, SETTINGS, {
    state: { refusingSince: null },
    now: 100,
    observed: frontends,
    context: { owner: OWNER, now: 0, holdMs: 0 },
    holders: () => new Map(),
    calledOff: () => new Set(),
    ...rest,
  });
}

const FOUR = [1, 2, 3, 4].map(routed);
const vhosts = (changes: readonly { vhost: string }[]) => changes.map(({ vhost }) => vhost);

describe('the guard', () => {
  test('puts off removals of our last backend from many vhosts, and applies the rest', () => {
    const decision = judge(FOUR, [desired(nameOf(4), { [urlOf(9)]: ['c9'] })]);
    expect(vhosts(decision.plan.changes)).toEqual([nameOf(4)]);
    expect(vhosts(decision.putOff)).toEqual([nameOf(1), nameOf(2), nameOf(3)]);
    expect(decision.state).toEqual({ refusingSince: 100 });
  });

  test.each([
    ['fewer than minDeletes', FOUR.slice(0, 2), []],
    [
      'at most maxDeletePercent of ours',
      [...FOUR, ...[5, 6].map(routed)],
      [4, 5, 6].map((n) => desired(nameOf(n), { [urlOf(n)]: [`c${n}`] })),
    ],
  ])('lets %s through', (_what, seen, wanted) => {
    const decision = judge(seen, wanted);
    expect(decision.putOff).toEqual([]);
    expect(decision.state).toEqual({ refusingSince: null });
  });

  test('does not count replicas lost from vhosts that keep one, nor claims without entries', () => {
    const two = [1, 2, 3].map((n) =>
      observed(nameOf(n), [urlOf(n), urlOf(n + 10)], {
        [OWNER]: claim({ [urlOf(n)]: ['x'], [urlOf(n + 10)]: ['y'] }),
      }),
    );
    const keepOne = [1, 2, 3].map((n) => desired(nameOf(n), { [urlOf(n)]: ['x'] }));
    expect(judge(two, keepOne).putOff).toEqual([]);
    const deleted = [1, 2, 3].map((n) =>
      observed(nameOf(n), null, { [OWNER]: claim({ [urlOf(n)]: ['x'] }) }),
    );
    expect(judge(deleted, []).putOff).toEqual([]);
  });

  test('applies them once a pass at least confirmAfter later still wants as many', () => {
    const state = { refusingSince: 100 };
    expect(judge(FOUR, [], { state, now: 5_099 }).putOff).toHaveLength(4);
    const confirmed = judge(FOUR, [], { state, now: 5_100 });
    expect(confirmed.putOff).toEqual([]);
    expect(vhosts(confirmed.plan.changes)).toHaveLength(4);
    expect(confirmed.state).toEqual(state);
  });

  test('does not start the wait again for changes in between, and ends it with a pass that does not trip', () => {
    const state = { refusingSince: 100 };
    expect(judge(FOUR.slice(0, 3), [], { state, now: 4_000 }).state).toEqual(state);
    expect(judge(FOUR.slice(0, 2), [], { state, now: 4_000 }).state).toEqual({
      refusingSince: null,
    });
  });

  test('never puts off a backend whose address another container has now', () => {
    const holders = new Map([['10.0.0.2', new Set(['c7' as ShortId])]]);
    const decision = judge(FOUR, [], { holders: () => holders });
    expect(vhosts(decision.plan.changes)).toEqual([nameOf(2)]);
    const own = new Map([['10.0.0.2', new Set(['c2' as ShortId])]]);
    expect(judge(FOUR, [], { holders: () => own }).plan.changes).toEqual([]);
  });

  test('takes only the endangered backend of a vhost that has more', () => {
    const pair = observed(nameOf(1), [urlOf(1), urlOf(2)], {
      [OWNER]: claim({ [urlOf(1)]: ['c1'], [urlOf(2)]: ['c2'] }),
    });
    const holders = new Map([['10.0.0.2', new Set(['c7' as ShortId])]]);
    const decision = judge([pair, routed(3), routed(4)], [], { holders: () => holders });
    expect(decision.plan.changes.map(renderChange)).toEqual([
      '~ update  h1.example  - http://10.0.0.2:80',
    ]);
    expect(vhosts(decision.putOff)).toContain(nameOf(1));
  });

  test('neither counts nor puts off what was told to stop', () => {
    const stopping = (...numbers: number[]) => ({
      calledOff: () => new Set(numbers.map((n) => `c${n}`)),
    });
    expect(judge(FOUR, [], stopping(1, 2)).state).toEqual({ refusingSince: null });
    const decision = judge(FOUR, [], stopping(1));
    expect(vhosts(decision.plan.changes)).toEqual([nameOf(1)]);
    expect(vhosts(decision.putOff)).toEqual([nameOf(2), nameOf(3), nameOf(4)]);
  });

  test('takes of a vhost that loses all at once the backend that was told to stop', () => {
    const pair = observed(nameOf(1), [urlOf(1), urlOf(2)], {
      [OWNER]: claim({ [urlOf(1)]: ['c1'], [urlOf(2)]: ['c2'] }),
    });
    const calledOff = () => new Set(['c2']);
    const decision = judge([pair, routed(3), routed(4)], [], { calledOff });
    expect(decision.plan.changes.map(renderChange)).toEqual([
      '~ update  h1.example  - http://10.0.0.2:80',
    ]);
  });

  test('is off at 100 percent', () => {
    const seen = byVhost(...FOUR);
    const plan = createDiff(HOLD)({
      owner: OWNER,
      epoch: '1' as Epoch,
      now: 0,
      desired: byVhost(),
      observed: seen,
      unknown: [],
    });
    const decision = guard(
      plan,
      { ...SETTINGS, maxDeletePercent: 100 },
      {
        state: { refusingSince: null },
        now: 0,
        observed: seen,
        context: { owner: OWNER, now: 0, holdMs: 0 },
        holders: () => new Map(),
        calledOff: () => new Set(),
      },
    );
    expect(decision.putOff).toEqual([]);
  });
});
