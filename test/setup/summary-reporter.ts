import { writeFileSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { shortfalls } from './floors.ts';

/**
 * Writes `<passed> <failed>` to the file that `TEST_SUMMARY` names, and below it a line for each
 * failure: the test, and the first line of what it said. What fails outside of a test (a file that
 * cannot be loaded, a hook, an unhandled rejection) counts as a failure too, and so does a project that ran fewer
 * tests than its floor, unless `TEST_PART` says that only a part of them was meant.
 */
export default class SummaryReporter implements Reporter {
  private projects: readonly string[] = [];

  onInit(vitest: Vitest): void {
    this.projects = vitest.projects.map(({ name }) => name);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const { TEST_SUMMARY: path, TEST_PART: part } = process.env;
    if (path === undefined) return;
    const passed = modules.reduce((sum, module) => sum + testsOf(module, 'passed').length, 0);
    const failures = [
      ...modules.flatMap(failuresIn),
      ...unhandledErrors.map((error) => `outside of any test: ${firstLine([error])}`),
      ...(part === undefined ? shortfalls(ranByProject(this.projects, modules)) : []),
    ];
    writeFileSync(path, [`${passed} ${failures.length}`, ...failures, ''].join('\n'));
  }
}

function testsOf(module: TestModule, state: 'passed' | 'failed') {
  return [...module.children.allTests(state)];
}

function ranByProject(
  projects: readonly string[],
  modules: readonly TestModule[],
): ReadonlyMap<string, number> {
  const ran = (module: TestModule) =>
    testsOf(module, 'passed').length + testsOf(module, 'failed').length;
  return new Map(
    projects.map((name) => {
      const own = modules.filter(({ project }) => project.name === name);
      return [name, own.reduce((sum, module) => sum + ran(module), 0)];
    }),
  );
}

function failuresIn(module: TestModule): string[] {
  const failed = testsOf(module, 'failed').map(
    (test) => `${module.relativeModuleId} > ${test.fullName}: ${firstLine(test.result().errors)}`,
  );
  if (failed.length > 0 || module.state() !== 'failed') return failed;
  const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
  return [`${module.relativeModuleId}: ${firstLine([...module.errors(), ...suites])}`];
}

function firstLine(errors: readonly SerializedError[] | undefined): string {
  return errors?.[0]?.message.split('\n')[0] ?? 'it gave no reason';
}
