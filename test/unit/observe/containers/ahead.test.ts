import { expect, test } from 'vitest';
import type { ContainerId } from '../../../../src/model/ids.ts';
import { createAhead } from '../../../../src/observe/containers/ahead.ts';

const ID = 'a'.repeat(64) as ContainerId;

test('hands on what events say: who will start, who started, who got a signal', () => {
  const told: unknown[][] = [];
  const ahead = createAhead(
    { foresee: (...what) => void told.push(['foresee', ...what]) },
    {
      started: (...what) => void told.push(['started', ...what]),
      signalled: (...what) => void told.push(['signalled', ...what]),
    },
    { started: (...what) => void told.push(['began', ...what]) },
  );
  ahead.heed({ kind: 'created', id: ID });
  ahead.heed({ kind: 'started', id: ID, at: 1 });
  ahead.heed({ kind: 'signalled', id: ID, signal: 15, at: 2 });
  expect(told).toEqual([
    ['foresee', ID],
    ['started', ID, 1],
    ['began', ID, 1],
    ['signalled', ID, 15, 2],
  ]);
});
