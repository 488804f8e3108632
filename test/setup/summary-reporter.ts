import { writeFileSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Writes `<passed> <failed>` to the file that `TEST_SUMMARY` names. What fails outside of a test (a
 * file that cannot be loaded, a hook, an unhandled rejection) counts as a failure too.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const path = process.env.TEST_SUMMARY;
    if (path === undefined) return;
    const results = modules.map(resultsOf);
    const passed = results.reduce((sum, result) => sum + result.passed, 0);
    const failed = results.reduce((sum, result) => sum + result.failed, unhandledErrors.length);
    writeFileSync(path, `${passed} ${failed}\n`);
  }
}

interface Results {
  readonly passed: number;
  readonly failed: number;
}

function resultsOf(module: TestModule): Results {
  const states = [...module.children.allTests()].map((test) => test.result().state);
  const failed = states.filter((state) => state === 'failed').length;
  const brokenOutside = module.state() === 'failed' && failed === 0 ? 1 : 0;
  return {
    passed: states.filter((state) => state === 'passed').length,
    failed: failed + brokenOutside,
  };
}
