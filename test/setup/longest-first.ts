import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take half a minute and more, the longest first. */
const LONGEST = [
  'simulation/schedules.test.ts',
  'bounds/bounds.test.ts',
  'e2e/faults-process-kill.test.ts',
  'e2e/explain.test.ts',
  'simulation/mutants.test.ts',
  'e2e/faults-redis-refused.test.ts',
  'e2e/deploy.test.ts',
  'laws/apply.test.ts',
  'e2e/faults-docker-replies.test.ts',
  'e2e/modes.test.ts',
  'contract/completion.test.ts',
  'contract/cli-without-docker.test.ts',
];

/**
 * The longest files first: on a clean clone vitest knows no times and goes by size, and a long file that comes last
 * leaves a processor idle.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}`));
      return index === -1 ? LONGEST.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
