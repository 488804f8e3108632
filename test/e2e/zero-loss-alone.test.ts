import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { systemTest } from '../parts/system-test.ts';
import { startTraffic } from '../parts/traffic.ts';
import { waitFor } from '../parts/wait-for.ts';
import { WORK_PATH, workServer } from '../parts/work-server.ts';

const PER_SECOND = 50;
/** Under way at most where all that waited are answered. */
const CALM = 5;
const CALM_MS = 1_000;
/** Longer than anything here takes: who waits is answered. */
const DEADLINE_MS = 300_000;

const COMMAND = workServer({ listensAfter: 2 });

const test = systemTest({
  redis: { args: ['--appendonly', 'yes'] },
  env: { AUTODOCK_HOLD: '1h' },
  // However long a busy machine takes to make a container anew.
  frontEnv: { FRONT_HOLD: '1h', FRONT_HOLD_REQUESTS: '10000' },
});

test('a replica that is alone is deployed, stopped and killed, and loses what it had in its hands at most', async ({
  system,
}) => {
  const host = system.host('alone');
  const run = () => system.run(host, { command: COMMAND });
  let replica = await run();
  const serves = async () => {
    await system.routes.becomes(host, [await system.url(replica)]);
    expect((await system.get(host)).status).toBe(200); // waits until it listens
  };
  await serves();
  const { front } = system;
  const traffic = startTraffic(
    {
      ...{ port: front.port, host, perSecond: PER_SECOND, postPath: WORK_PATH },
      deadlineMs: DEADLINE_MS,
    },
    'nothing happens',
  );
  const phases = {
    deployed: async () => {
      await replica.stop();
      await replica.remove();
      replica = await run();
    },
    'stopped and started': async () => {
      await replica.stop();
      await replica.start();
    },
    'killed and started': async () => {
      await replica.kill();
      await replica.start();
    },
    'deployed while the front is reloaded': async () => {
      await replica.stop();
      process.kill(front.pid, 'SIGHUP');
      await replica.start();
    },
  };
  for (const [phase, happen] of Object.entries(phases)) {
    await waitFor('all that waited to be answered', () =>
      expect(traffic.underWay).toBeLessThan(CALM),
    );
    await sleep(CALM_MS);
    traffic.phase(phase);
    await happen();
    await serves();
  }
  await sleep(CALM_MS);
  const results = await traffic.stop();
  const lost = results.flatMap((result) => result.lost);
  expect(lost.filter(({ isFinal }) => !isFinal)).toEqual([]);
  // Every phase had requests that waited for the next one to listen.
  for (const { phase, slowestMs } of results.slice(1)) {
    expect([phase, slowestMs > 1_500]).toEqual([phase, true]);
  }
});
