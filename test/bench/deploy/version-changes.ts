import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, NEVER_MIXED, SERVES_MS } from './change.ts';
import { rollOut } from './replica-changes.ts';

/** Both ways to a new image: with a gap, as Compose goes, and side by side. */
export const VERSION_CHANGES: readonly Change[] = [
  {
    what: 'versions=newest, Compose recreate of two, new image',
    aim: NEVER_MIXED,
    replicas: 2,
    versions: 'newest',
    happen: async (stage) => {
      await stage.become({ version: '2', image: await stage.otherImage() });
      await sleep(SERVES_MS);
    },
  },
  {
    what: "versions=newest, docker-rollout's way for two, new image",
    aim: NEVER_MIXED,
    replicas: 2,
    versions: 'newest',
    happen: async (stage) => {
      await stage.write({ version: '2', image: await stage.otherImage() });
      await rollOut(stage);
    },
  },
];
