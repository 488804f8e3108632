import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/setup/longest-first.ts';

const STORMS = ['test/e2e/hundred.test.ts', 'test/e2e/swarm.test.ts', 'test/e2e/zero-loss.test.ts'];

/** Pure code keeps nothing that one file could leave to the next, and is loaded once for all files of a worker. */
const COMPUTING = { isolate: false };
/**
 * More where they wait most of the time, each with parts of its own: of a processor they take a third at the most. What
 * a file imports is loaded once for all files of a worker: the contract tests alone loaded for 143 s, and for 16 s so.
 * No file may leave anything in what it imports.
 */
const WAITING = {
  isolate: false,
  maxWorkers: availableParallelism() + 3,
  sequence: { groupOrder: 1 },
};

/** One project per suite; `npm run check` runs the first, `npm test` all of them. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // As many files at once as there are cores, where they only compute; or as a command says.
    maxWorkers: availableParallelism(),
    // What was transformed for one of the runs of a whole test run serves the others.
    experimental: { fsModuleCache: true, fsModuleCachePath: '.cache/vitest' },
    projects: [
      {
        // No test here waits for anything: a slow machine is given the time that it takes.
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 180_000,
          ...COMPUTING,
        },
      },
      {
        test: {
          name: 'laws',
          include: ['test/laws/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 120_000,
          ...COMPUTING,
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: 3_600_000,
          ...COMPUTING,
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
          maxWorkers: 1,
        },
      },
      {
        // By hand: podman is installed on bare machines (`npm run test:engines -- podman`).
        test: {
          name: 'podman',
          include: ['test/engines/podman.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
        },
      },
      {
        // By hand: two engines form a swarm, and the images of the deployment are built for it.
        test: {
          name: 'swarm',
          include: ['test/swarm/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'soak',
          include: ['test/soak/**/*.test.ts'],
          globalSetup: ['test/setup/front.ts', 'test/setup/images.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          // After the others, as what it measures is real; what computes may go on beside it.
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
