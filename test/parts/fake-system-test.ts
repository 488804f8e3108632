import { test as base } from 'vitest';
import { type FakeSystem, type FakeSystemOptions, openFakeSystem } from './fake-system.ts';

/** `test` with a fake `system` that all tests of a file share; each uses hosts of its own, and breaks nothing. */
export function fakeSystemTest(options: FakeSystemOptions = {}) {
  return base.extend<'system', FakeSystem>(
    'system',
    { scope: 'file' },
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures it depends on from it
    async ({}, { onCleanup }) => {
      const ends: (() => Promise<void>)[] = [];
      onCleanup(async () => {
        for (const end of ends.toReversed()) await end();
      });
      return openFakeSystem(options, (end) => ends.push(end));
    },
  );
}
