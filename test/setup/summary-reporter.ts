import { writeFileSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Writes `<passed> <failed>` to the file that `TEST_SUMMARY` names, and below it a line for each
 * failure: the test, and the first line of what it said. What fails outside of a test (a file that
 * cannot be loaded, a hook, an unhandled rejection) counts as a failure too.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const path = process.env.TEST_SUMMARY;
    if (path === undefined) return;
    const passed = modules.reduce((sum, module) => sum + passedIn(module), 0);
    const failures = [
      ...modules.flatMap(failuresIn),
      ...unhandledErrors.map((error) => `outside of any test: ${firstLine([error])}`),
    ];
    writeFileSync(path, [`${passed} ${failures.length}`, ...failures, ''].join('\n'));
  }
}

function passedIn(module: TestModule): number {
  return [...module.children.allTests('passed')].length;
}

function failuresIn(module: TestModule): string[] {
  const failed = [...module.children.allTests('failed')].map(
    (test) => `${module.relativeModuleId} > ${test.fullName}: ${firstLine(test.result().errors)}`,
  );
  if (failed.length > 0 || module.state() !== 'failed') return failed;
  const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
  return [`${module.relativeModuleId}: ${firstLine([...module.errors(), ...suites])}`];
}

function firstLine(errors: readonly SerializedError[] | undefined): string {
  return errors?.[0]?.message.split('\n')[0] ?? 'it gave no reason';
}
