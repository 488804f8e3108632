import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take half a minute and more, the longest first. */
const LONGEST = [
  'e2e/deploy.test.ts',
  'simulation/schedules.test.ts',
  'e2e/engine-addresses.test.ts',
  'e2e/faults-owners.test.ts',
  'contract/deployed-versions.test.ts',
  'contract/front-packages.test.ts',
  'e2e/swarm.test.ts',
  'e2e/monitoring.test.ts',
  'e2e/api-unions.test.ts',
  'bounds/bounds.test.ts',
  'e2e/faults-process-kill.test.ts',
  'e2e/deploy-host.test.ts',
  'e2e/plugins.test.ts',
  'laws/apply.test.ts',
  'e2e/faults-docker-replies.test.ts',
  'bare/engine.test.ts',
  'e2e/docker-proxy.test.ts',
  'e2e/zero-loss-alone.test.ts',
  'e2e/faults-docker-stream.test.ts',
  'e2e/faults-docker-engines.test.ts',
  'simulation/mutants.test.ts',
  'fuzz/bus.test.ts',
  'e2e/modes.test.ts',
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
