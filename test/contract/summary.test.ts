import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { cleanEnv } from '../parts/clean-env.ts';

const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const REPORTER = fileURLToPath(new URL('../setup/summary-reporter.ts', import.meta.url));

/** What the summary says of a run of a project of this name with one file of tests. */
async function summaryOf(project: string, tests: string, env: NodeJS.ProcessEnv = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-summary-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const test = { name: project, include: ['*.test.js'], globals: true };
  await writeFile(join(dir, 'vitest.config.mjs'), `export default ${JSON.stringify({ test })};`);
  await writeFile(join(dir, 'some.test.js'), tests);
  const summary = join(dir, 'summary');
  const args = [VITEST, 'run', '--root', dir, `--reporter=${REPORTER}`];
  await new Promise((ended) => {
    const environment = { ...cleanEnv(), TEST_SUMMARY: summary, ...env };
    execFile(process.execPath, args, { env: environment }, ended);
  });
  return (await readFile(summary, 'utf8')).trim().split('\n');
}

const SEVEN = Array.from({ length: 7 }, (_, n) => `test('${n}', () => {});`);

test('a suite that runs as many tests as it has at the least passes', async () => {
  expect(await summaryOf('soak', SEVEN.join('\n'))).toEqual(['7 0']);
});

test('one test that is skipped may be one too few', async () => {
  const tests = SEVEN.join('\n').replace("', ", "', { skip: true }, ");

  expect(await summaryOf('soak', tests)).toEqual(['6 1', 'soak: ran 6 tests, has 7 at the least']);
});

test('of a part of a suite no least number is asked', async () => {
  expect(await summaryOf('soak', "test('', () => {});", { TEST_PART: 'yes' })).toEqual(['1 0']);
});

test('a test that fails is told with what it said first, and counts among those that ran', async () => {
  const tests = [...SEVEN.slice(1), "test('bad', () => { throw new Error('so bad'); });"];

  expect(await summaryOf('soak', tests.join('\n'))).toEqual(['6 1', 'some.test.js > bad: so bad']);
});

test('a suite without a least number is told so', async () => {
  expect(await summaryOf('new', "test('', () => {});")).toEqual([
    '1 1',
    'new: has no floor in test/setup/floors.ts',
  ]);
});
