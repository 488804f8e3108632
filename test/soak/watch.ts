import { setTimeout as sleep } from 'node:timers/promises';
import { createChecker, type Violation } from './invariants.ts';
import { renderViolation } from './report.ts';
import { takeSample } from './sample.ts';
import type { Stage } from './stage.ts';
import type { Trails } from './trail.ts';

/** Looks at Redis all the time, and checks every sample. */
export interface Watch {
  readonly violations: readonly Violation[];
  readonly latenessMs: readonly number[];
  readonly samples: () => number;
  /** The store lost its data: scores begin anew. */
  readonly onStoreLost: () => void;
  stop(): Promise<void>;
}

const SAMPLE_EVERY_MS = 50;

export function startWatch({ ledger, redis, exclusive }: Stage, trails: Trails): Watch {
  const violations: Violation[] = [];
  const latenessMs: number[] = [];
  const checker = createChecker(ledger, (ms) => latenessMs.push(ms));
  let samples = 0;
  let isOver = false;
  const look = async () => {
    const seen = checker.check(await takeSample(redis.client));
    violations.push(...seen);
    for (const violation of seen) trails.follow(renderViolation(violation), violation.of);
    samples += 1;
  };
  const watching = (async () => {
    while (!isOver) {
      await exclusive(look);
      await sleep(SAMPLE_EVERY_MS);
    }
  })();
  return {
    violations,
    latenessMs,
    samples: () => samples,
    onStoreLost: checker.forgetScores,
    stop: async () => {
      isOver = true;
      await watching;
    },
  };
}
