import { type Browser, chromium } from 'playwright-core';
import { test as base } from 'vitest';

/** Debian's; elsewhere `CHROMIUM` names it. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** `test` with a real Chromium that all tests of a file share. */
export const browserTest = base.extend<'browser', Browser>(
  'browser',
  { scope: 'file' },
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures it depends on from it
  async ({}, { onCleanup }) => {
    // Its own sandbox needs another user than root, whom CI and containers have.
    const browser = await chromium.launch({ executablePath: EXECUTABLE, chromiumSandbox: false });
    onCleanup(() => browser.close());
    return browser;
  },
);
