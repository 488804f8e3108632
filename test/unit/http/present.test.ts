import { expect, test } from 'vitest';
import type { StatusAnswer } from '../../../src/answers/status.ts';
import { createPresent } from '../../../src/http/present.ts';
import type { Status } from '../../../src/report/status.ts';

/** Of the status the present reads no more than this. */
function board() {
  const seen = { after: {}, verdicts: {}, changes: 0, marks: 0, failures: 0, names: 0, passes: 0 };
  const status = {
    get lastGood() {
      return { after: seen.after, desired: { verdicts: seen.verdicts } };
    },
    changes: { total: () => seen.changes },
  } as unknown as Status;
  const present = createPresent({
    status,
    view: () => ({ passes: seen.passes, owner: 'evil\n\u202e' }) as unknown as StatusAnswer,
    marks: { revision: () => seen.marks },
    failures: { revision: () => seen.failures },
    names: { revision: () => seen.names },
  });
  const revisions = () =>
    (JSON.parse(present()) as { revisions: Record<'routes' | 'containers' | 'changes', number> })
      .revisions;
  return { seen, present, revisions };
}

test('is one line, whatever names are in it', () => {
  const { present } = board();
  expect(present()).not.toMatch(/[\n\u202e]/);
  expect(JSON.parse(present())).toMatchObject({ status: { owner: 'evil\n\u202e' } });
});

test('raises the revision of what changed, and of nothing else', () => {
  const { seen, revisions } = board();
  const before = revisions();
  seen.passes = 1;
  expect(revisions()).toEqual(before);

  seen.after = {};
  expect(revisions()).toEqual({ ...before, routes: before.routes + 1 });
  seen.marks = 1;
  expect(revisions()).toEqual({ ...before, routes: before.routes + 2 });
  seen.failures = 1;
  expect(revisions()).toEqual({ ...before, routes: before.routes + 3 });
  seen.verdicts = {};
  seen.changes = 3;
  expect(revisions()).toMatchObject({ containers: before.containers + 1, changes: 3 });
});
