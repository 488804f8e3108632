import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/setup/longest-first.ts';

const STORMS = ['test/e2e/hundred.test.ts', 'test/e2e/swarm.test.ts', 'test/e2e/zero-loss.test.ts'];

/**
 * Files at once where they wait most of the time, each with parts of its own. Those that only compute run in workers
 * of their own number, by default as many as there are cores.
 */
const WAITING = { maxWorkers: availableParallelism() + 2, sequence: { groupOrder: 1 } };

/** One project per suite; `npm run check` runs the first, `npm test` all of them. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // No test here waits for anything: a slow machine is given the time that it takes.
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 180_000,
          // Pure code keeps nothing that one file could leave to the next, and is loaded once.
          isolate: false,
        },
      },
      {
        test: {
          name: 'laws',
          include: ['test/laws/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 120_000,
          ...WAITING,
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: 3_600_000,
        },
      },
      {
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 120_000,
          ...WAITING,
        },
      },
      {
        test: {
          name: 'bounds',
          include: ['test/bounds/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 120_000,
          ...WAITING,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          globalSetup: ['test/setup/front.ts', 'test/setup/images.ts', 'test/setup/built.ts'],
          // Longer than anything waits, so that a failure says what was waited for.
          testTimeout: 180_000,
          hookTimeout: 240_000,
          ...WAITING,
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          globalSetup: ['test/setup/front.ts'],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          ...WAITING,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: STORMS,
          globalSetup: ['test/setup/front.ts', 'test/setup/images.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...WAITING,
        },
      },
      {
        test: {
          name: 'storm',
          include: STORMS,
          globalSetup: ['test/setup/front.ts', 'test/setup/images.ts'],
          // What computes may go on beside it, and an old engine takes its time for whatever ends and starts.
          testTimeout: 600_000,
          hookTimeout: 300_000,
          // Alone: an old engine's list is seconds late for everybody while a hundred containers go, and beside others
          // it may be later than the three seconds that Swarm gives.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'bare',
          include: ['test/bare/engine.test.ts'],
          // Packages are installed there.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...WAITING,
        },
      },
      {
        // By hand: each file takes many minutes.
        test: {
          name: 'bare-whole',
          include: ['test/bare/**/*.test.ts'],
          exclude: ['test/bare/engine.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
          sequence: { groupOrder: 5 },
        },
      },
      {
        // By hand: the services are built and started with many pairs of client and engine, one after another.
        test: {
          name: 'clients',
          include: ['test/clients/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        // By hand: podman is installed on bare machines (`npm run test:engines -- podman`).
        test: {
          name: 'podman',
          include: ['test/engines/podman.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        // By hand: two engines form a swarm, and the images of the deployment are built for it.
        test: {
          name: 'swarm',
          include: ['test/swarm/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'soak',
          include: ['test/soak/**/*.test.ts'],
          globalSetup: ['test/setup/front.ts', 'test/setup/images.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          // Alone: what it measures is real.
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
