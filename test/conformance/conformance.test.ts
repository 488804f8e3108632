import { beforeAll, describe, test } from 'vitest';
import { clear } from './arrange.ts';
import { ANSWERS } from './cases/answers.ts';
import type { Case, Expectation } from './cases/case.ts';
import { CHANGES } from './cases/changes.ts';
import { CHOICE } from './cases/choice.ts';
import { ERRORS } from './cases/errors.ts';
import { FAILURE } from './cases/failure.ts';
import { HEADERS } from './cases/headers.ts';
import { HOSTILE } from './cases/hostile.ts';
import { LOOKUP } from './cases/lookup.ts';
import { TRAFFIC } from './cases/traffic.ts';
import { URLS } from './cases/urls.ts';
import { check } from './check.ts';
import { runCase } from './run-case.ts';
import { openStage, type Stage } from './stage.ts';
import { chosenProfile, openTarget, type Target } from './target.ts';

const GROUPS: Readonly<Record<string, readonly Case[]>> = {
  lookup: LOOKUP,
  changes: CHANGES,
  choice: CHOICE,
  urls: URLS,
  failure: FAILURE,
  errors: ERRORS,
  headers: HEADERS,
  answers: ANSWERS,
  traffic: TRAFFIC,
  hostile: HOSTILE,
};

const profile = chosenProfile();
let target: Target;
let stage: Stage;

beforeAll(async () => {
  target = await openTarget();
  stage = openStage(`http://${target.proxy.host}:${target.proxy.port}`);
  return async () => {
    await clear(target);
    await stage.close();
    await target.close();
  };
});

/** What this profile must do; null if the case is not for it. */
function expectationOf({ expect, except }: Case): Expectation | null {
  const own = except?.[profile.name];
  return typeof own === 'string' ? null : (own ?? expect);
}

for (const [group, cases] of Object.entries(GROUPS)) {
  describe(`${profile.name}: ${group}`, () => {
    const own = cases.flatMap((one) => {
      const expected = expectationOf(one);
      return expected === null ? [] : [{ ...one, expected }];
    });
    test.each(own)('$name', async ({ expected, ...one }) => {
      const names = Object.keys(expected.reached ?? {});
      const before = new Map(names.map((name) => [name, stage.reached(name)]));
      const outcome = await runCase(target, stage, one);
      const reached = (name: string) => stage.reached(name) - (before.get(name) ?? 0);
      await check(expected, outcome, target, reached);
    });
  });
}
