import { test as base } from 'vitest';
import { openSystem, type System, type SystemOptions } from './system.ts';

const LINES_SHOWN = 30;

/**
 * `test` with a `system` that all tests of a file share; each uses hosts of its own. The controller's
 * last log lines are shown when a test fails.
 */
export function systemTest(options: SystemOptions = {}) {
  return base
    .extend<'system', System>(
      'system',
      { scope: 'file' },
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures it depends on from it
      async ({}, { onCleanup }) => {
        const system = await openSystem(options);
        onCleanup(system.close);
        return system;
      },
    )
    .extend('showLogs', { auto: true }, ({ system, onTestFailed }) => {
      onTestFailed(() => {
        const lines = system.controller.logs
          .slice(-LINES_SHOWN)
          .map((line) => JSON.stringify(line));
        console.error(`the controller's last lines:\n${lines.join('\n')}`);
      });
    });
}
