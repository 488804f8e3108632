import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, isOurs, NONE, recreate } from './change.ts';
import type { Stage } from './stage.ts';

const BREAKS_AFTER_MS = 1_000;

/** Something else breaks while a single replica is deployed. */
export const BREAKS: readonly Change[] = [
  recreateWhile('front reloaded', async ({ subject }) => {
    if (subject.system !== null) process.kill(subject.system.front.pid, 'SIGHUP');
  }),
  recreateWhile('controller killed', async ({ subject }) => {
    await subject.system?.controller.restart();
    await subject.system?.controller.waitReady();
  }),
  recreateWhile('Redis restarted', async ({ subject }) => {
    await subject.system?.redis.restart();
  }),
];

function recreateWhile(what: string, breaks: (stage: Stage) => Promise<void>): Change {
  const happen = async (stage: Stage) => {
    const recreated = recreate(stage);
    await sleep(BREAKS_AFTER_MS);
    await breaks(stage);
    await recreated;
  };
  return {
    what: `recreate of one, ${what} meanwhile`,
    aim: NONE,
    replicas: 1,
    needs: isOurs,
    happen,
  };
}
