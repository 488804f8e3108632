import { describe, expect, test } from 'vitest';
import { planView } from '../../../src/answers/plan.ts';
import { planExitCode } from '../../../src/cli/exit-code.ts';
import { renderPlan } from '../../../src/diff/render.ts';
import { parseOwner } from '../../../src/model/ids.ts';
import { safeJson } from '../../../src/model/json.ts';
import type { Change } from '../../../src/model/plan.ts';
import type { PlanReport } from '../../../src/pass/once.ts';

const CHANGE: Change = {
  kind: 'release',
  vhost: 'a.local',
  before: null,
  after: null,
  claimBefore: { backends: new Map([['http://10.0.0.1:80', ['0123456789ab']]]), heldSince: null },
  write: { vhost: 'a.local', identifier: 'a.local', backends: [], asked: false },
};

function report(changes: readonly Change[], problems: readonly string[] = []): PlanReport {
  const owner = parseOwner('host-1');
  if (owner === null) throw new Error('no owner');
  return {
    plan: { owner, epoch: null, changes, faults: [], foreign: ['a.local http://f'], unknown: [] },
    problems,
  };
}

describe('the exit code of a plan', () => {
  test.each([
    ['nothing to do', report([]), true, 0],
    ['changes that nobody asked about', report([CHANGE]), false, 0],
    ['changes', report([CHANGE]), true, 2],
    ['a container that could not be read', report([CHANGE], ['x']), true, 1],
  ])('for %s', (_case, plan, detailed, code) => {
    expect(planExitCode(plan, detailed)).toBe(code);
  });
});

describe('a plan as JSON', () => {
  test('is plain data, and the text that people see', () => {
    const { plan } = report([CHANGE]);
    expect(JSON.parse(safeJson(planView(plan, renderPlan(plan))))).toEqual({
      owner: 'host-1',
      changes: [{ kind: 'release', vhost: 'a.local', before: null, after: null, claim: {} }],
      faults: [],
      foreign: ['a.local http://f'],
      unknown: [],
      text: '= release a.local\n1 to change for owner host-1: 1 release.',
    });
  });

  test('is safe to print', () => {
    expect(safeJson('\u001b[2J\u009b31m\u202e\u2028')).toBe('"\\u001b[2J\\u009b31m\\u202e\\u2028"');
  });
});
