import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../../parts/controller.ts';
import { type Change, isThisBuild, NO_WAIT, NONE, SERVES_MS } from './change.ts';
import type { Stage } from './stage.ts';

const AFTERWARDS_MS = 1_000;

/** Starts what is missing, by the settings of now, and touches nothing else. */
const scale = (stage: Stage, replicas: number) =>
  stage.project.compose('up', '-d', '--no-recreate', '--scale', `app=${replicas}`);

const remove = async (stage: Stage, name: string) => {
  await stage.container(name).stop();
  await stage.container(name).remove();
};

/** New ones are started beside the old ones, which are removed once the new ones serve. */
export async function rollOut(stage: Stage): Promise<void> {
  const old = await stage.replicas();
  await scale(stage, 2 * old.length);
  await sleep(SERVES_MS);
  for (const name of old) await remove(stage, name);
}

/** Others serve meanwhile. */
export const REPLICA_CHANGES: readonly Change[] = [
  {
    what: 'three, one stopped and started',
    aim: NO_WAIT,
    replicas: 3,
    happen: async (stage) => {
      const [name = ''] = await stage.replicas();
      await stage.container(name).stop();
      await sleep(AFTERWARDS_MS);
      await stage.container(name).start();
      await sleep(SERVES_MS);
    },
  },
  {
    what: 'three, restarted one by one',
    aim: NO_WAIT,
    replicas: 3,
    happen: async (stage) => {
      for (const name of await stage.replicas()) {
        await stage.container(name).restart();
        await sleep(SERVES_MS);
      }
    },
  },
  {
    what: 'three, recreated one by one',
    aim: NO_WAIT,
    replicas: 3,
    happen: async (stage) => {
      await stage.write({ version: '2' });
      for (const name of await stage.replicas()) {
        await remove(stage, name);
        await scale(stage, 3);
        await sleep(SERVES_MS);
      }
    },
  },
  {
    what: "three, docker-rollout's way",
    aim: NO_WAIT,
    replicas: 3,
    happen: rollOut,
  },
  {
    what: 'scale 3, 1, 3',
    aim: NO_WAIT,
    replicas: 3,
    happen: async (stage) => {
      await scale(stage, 1);
      await sleep(AFTERWARDS_MS);
      await scale(stage, 3);
      await sleep(SERVES_MS);
    },
  },
  {
    what: 'drain --wait, then kill of one of two',
    aim: NONE,
    replicas: 2,
    needs: isThisBuild,
    happen: async (stage) => {
      const [name = ''] = await stage.replicas();
      if (stage.subject.system === null) throw new Error('it drains nothing');
      const { code, stderr } = await runCommand(
        stage.subject.system.options,
        ...['drain', name, '--wait'],
      );
      if (code !== 0) throw new Error(`drain failed: ${stderr}`);
      await stage.container(name).kill();
      await sleep(SERVES_MS);
    },
  },
];
