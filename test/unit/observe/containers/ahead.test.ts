import { expect, it } from 'vitest';
import type { ContainerId } from '../../../../src/model/ids.ts';
import { createAhead } from '../../../../src/observe/containers/ahead.ts';

it('has the inspection of a container that was created asked for before a pass sees it', () => {
  const foreseen: string[] = [];
  const ahead = createAhead({ foresee: (id) => foreseen.push(id) });
  ahead.heed({ kind: 'created', id: 'a'.repeat(64) as ContainerId });
  expect(foreseen).toEqual(['a'.repeat(64)]);
});
