import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take half a minute and more, the longest first; those of a project together where it may be, as a worker
 * goes on with what it has loaded only if the next file is one of its project.
 */
const LONGEST = [
  'e2e/deploy.test.ts',
  'e2e/engine-addresses.test.ts',
  'contract/front-emptied.test.ts',
  'contract/deployed-versions.test.ts',
  'contract/front-packages.test.ts',
  'bounds/bounds.test.ts',
  'bare/engine.test.ts',
  'e2e/api-unions.test.ts',
  'e2e/faults-process-kill.test.ts',
  'e2e/reads-alone.test.ts',
  'e2e/monitoring.test.ts',
  'e2e/drain.test.ts',
  'e2e/faults-docker-replies.test.ts',
  'e2e/boot.test.ts',
  'e2e/faults-docker-engines.test.ts',
  'e2e/faults-network.test.ts',
  'e2e/hold.test.ts',
  'e2e/swarm.test.ts',
  'e2e/faults-docker-stream.test.ts',
  'e2e/faults-owners.test.ts',
  'e2e/faults-redis-refused.test.ts',
  'e2e/hipachectl.test.ts',
  'e2e/faults-redis-data.test.ts',
  'e2e/faults-process.test.ts',
  'e2e/faults-docker-list.test.ts',
  'e2e/published.test.ts',
  'e2e/docker-outage.test.ts',
  'e2e/rules-ports-labels.test.ts',
  'e2e/page-troubles.test.ts',
  'e2e/redis-outage.test.ts',
  'e2e/drain-hook.test.ts',
  'e2e/page-states.test.ts',
  'e2e/second-source/second-source.test.ts',
  'e2e/bus-subscription.test.ts',
  'e2e/engine-restart.test.ts',
  'e2e/page-live.test.ts',
  'e2e/explain.test.ts',
  'fuzz/bus.test.ts',
  'contract/front-sentinel.test.ts',
  'contract/redis-sentinel.test.ts',
  'contract/front-replica.test.ts',
  'contract/front-certificates.test.ts',
  'simulation/schedules.test.ts',
  'laws/apply.test.ts',
  'simulation/hosts.test.ts',
  'simulation/mutants.test.ts',
  'laws/reap.test.ts',
  'laws/parts/decide.test.ts',
  'laws/desire.test.ts',
  'laws/versions.test.ts',
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
