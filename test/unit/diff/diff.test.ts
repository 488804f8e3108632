import { describe, expect, test } from 'vitest';
import { createDiff, type DiffInput } from '../../../src/diff/diff.ts';
import { renderPlan } from '../../../src/diff/render.ts';
import type { DesiredFrontend, ObservedFrontend } from '../../../src/model/frontend.ts';
import type { Epoch } from '../../../src/model/ids.ts';
import { byVhost, claim, desired, OTHER, OWNER, observed } from './world.ts';

const A = 'http://10.0.0.1:80';
const B = 'http://10.0.0.2:80';
const FOREIGN = 'http://192.168.0.9:80';

function input(wanted: DesiredFrontend[], seen: ObservedFrontend[], now = 1_000_000): DiffInput {
  const unknown: readonly string[] = [];
  const epoch = '1' as Epoch;
  return {
    owner: OWNER,
    epoch,
    now,
    desired: byVhost(...wanted),
    observed: byVhost(...seen),
    unknown,
  };
}

const SYNC = { holdMs: 10_000, policy: 'sync', keyPrefix: '' } as const;

describe('diff', () => {
  test('shows every kind of change as the text that people see', () => {
    const plan = createDiff(SYNC)(
      input(
        [
          desired('new.example', { [A]: ['one'] }),
          desired('grown.example', { [A]: ['one'], [B]: ['two'] }),
          desired('asked.example', {}),
          desired('adopted.example', { [A]: ['one'] }),
          desired('same.example', { [A]: ['one'] }),
        ],
        [
          observed('grown.example', [A, FOREIGN], { [OWNER]: claim({ [A]: ['one'] }) }),
          observed('lost.example', [A], { [OWNER]: claim({ [A]: ['one'] }) }),
          observed('over.example', [], { [OWNER]: claim({}, 1) }),
          observed('adopted.example', [A]),
          observed('same.example', [A], { [OWNER]: claim({ [A]: ['one'] }) }),
          observed('stale.example', null, { [OWNER]: claim({ [A]: ['one'] }) }),
        ],
      ),
    );
    expect(renderPlan(plan).split('\n')).toEqual([
      '= claim   adopted.example  = http://10.0.0.1:80',
      '! hold    asked.example',
      '~ update  grown.example  + http://10.0.0.2:80',
      '! hold    lost.example  - http://10.0.0.1:80',
      '+ create  new.example  + http://10.0.0.1:80',
      '- delete  over.example',
      '= release stale.example',
      '7 to change for owner engine-1: 1 create, 1 update, 2 hold, 1 delete, 1 claim, 1 release.',
    ]);
    expect(plan.foreign).toEqual([`adopted.example ${A}`, `grown.example ${FOREIGN}`]);
  });

  test('says so when there is nothing to do', () => {
    const plan = createDiff(SYNC)(input([], []));
    expect(renderPlan(plan)).toBe('In sync: nothing to change for owner engine-1.');
  });

  test('leaves a vhost alone whose key or claims cannot be read, and names the key', () => {
    const wrong: ObservedFrontend = {
      ...observed('wrong.example', null),
      list: { kind: 'wrong-type', type: 'string' },
    };
    const malformed = observed('bad.example', [A], { [OTHER]: 'malformed' });
    const plan = createDiff({ ...SYNC, keyPrefix: 'p:' })(
      input(
        [desired('wrong.example', { [A]: ['one'] }), desired('bad.example', { [A]: ['one'] })],
        [wrong, malformed],
      ),
    );
    expect(plan.changes).toEqual([]);
    expect(plan.faults.map(({ key }) => key)).toEqual([
      'p:autodock:owner:engine-2',
      'p:frontend:wrong.example',
    ]);
  });

  test('never deletes nor holds under upsert-only, but replaces our backends', () => {
    const diff = createDiff({ holdMs: 10_000, policy: 'upsert-only', keyPrefix: '' });
    const plan = diff(
      input(
        [desired('moved.example', { [B]: ['two'] }), desired('asked.example', {})],
        [
          observed('moved.example', [A], { [OWNER]: claim({ [A]: ['one'] }) }),
          observed('lost.example', [A], { [OWNER]: claim({ [A]: ['one'] }) }),
        ],
      ),
    );
    expect(plan.changes.map(({ kind, vhost }) => [kind, vhost])).toEqual([
      ['update', 'moved.example'],
    ]);
  });

  test('finds the end of a hold although neither side has changed', () => {
    const diff = createDiff(SYNC);
    const held = observed('held.example', [], { [OWNER]: claim({}, 1_000) });
    expect(diff(input([], [held], 10_999)).changes).toEqual([]);
    expect(diff(input([], [held], 11_000)).changes).toMatchObject([{ kind: 'delete' }]);
  });

  test('ends no hold while a container is unknown, as a held claim names none', () => {
    const held = observed('held.example', [], { [OWNER]: claim({}, 1) });
    const gone = observed('gone.example', null, { [OWNER]: claim({}, 1) });
    const diff = createDiff({ holdMs: 0, policy: 'sync', keyPrefix: '' });
    const plan = diff({ ...input([], [held, gone]), unknown: ['slow'] });
    expect(plan.changes.map(({ kind, vhost }) => [kind, vhost])).toEqual([
      ['release', 'gone.example'],
    ]);
    expect(diff(input([], [held, gone])).changes).toMatchObject([
      { kind: 'release', vhost: 'gone.example' },
      { kind: 'delete', vhost: 'held.example' },
    ]);
  });

  test('gives the same plan with and without what it remembers', () => {
    const remembering = createDiff(SYNC);
    const same = observed('same.example', [A], { [OWNER]: claim({ [A]: ['one'] }) });
    const want = desired('same.example', { [A]: ['one'] });
    remembering(input([want], [same]));
    const changedList = observed('same.example', [FOREIGN], { [OWNER]: claim({ [A]: ['one'] }) });
    const changedWish = desired('same.example', { [B]: ['two'] });
    for (const next of [
      input([want], [same]),
      input([want], [changedList]),
      input([changedWish], [same]),
      input([], [same]),
    ]) {
      expect(remembering(next)).toEqual(createDiff(SYNC)(next));
    }
  });
});
