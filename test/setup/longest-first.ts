import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take half a minute and more, the longest first. */
const LONGEST = [
  'e2e/deploy.test.ts',
  'bounds/bounds.test.ts',
  'contract/deployed-versions.test.ts',
  'e2e/engine-addresses.test.ts',
  'contract/front-packages.test.ts',
  'simulation/schedules.test.ts',
  'simulation/hosts.test.ts',
  'laws/apply.test.ts',
  'e2e/monitoring.test.ts',
  'bare/engine.test.ts',
  'e2e/swarm.test.ts',
  'e2e/faults-network.test.ts',
  'e2e/explain.test.ts',
  'e2e/faults-owners.test.ts',
  'e2e/faults-process-kill.test.ts',
  'e2e/faults-docker-replies.test.ts',
  'e2e/api-unions.test.ts',
  'e2e/faults-redis-refused.test.ts',
  'e2e/page-live.test.ts',
  'e2e/bus-subscription.test.ts',
  'e2e/hold.test.ts',
  'e2e/faults-docker-stream.test.ts',
  'e2e/redis-outage.test.ts',
  'e2e/page-troubles.test.ts',
  'fuzz/bus.test.ts',
  'contract/redis-sentinel.test.ts',
  'e2e/stopping.test.ts',
  'e2e/drain.test.ts',
  'e2e/page-states.test.ts',
  'contract/front-sentinel.test.ts',
  'e2e/second-source/second-source.test.ts',
  'e2e/rules-compose.test.ts',
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
