import { setTimeout as sleep } from 'node:timers/promises';
import { START_MS } from './app.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subjects.ts';

/** One row of the table: what is changed under traffic. */
export interface Change {
  readonly what: string;
  readonly aim: string;
  readonly replicas: number;
  readonly abrupt?: boolean;
  /** Only for subjects of which this is so. Default: for all. */
  readonly needs?: (subject: Subject) => boolean;
  readonly happen: (stage: Stage) => Promise<void>;
}

const NONE = '0 failed';
const ALONE = `${NONE}, slowest at most start and stop + 300 ms`;
const NO_WAIT = `${NONE}, slowest at most 100 ms`;
/** What an application takes to serve after it was started, with room for a busy machine. */
const SERVES_MS = START_MS + 1_500;

const isOurs = ({ system }: Subject) => system !== null;
const recreate = async (stage: Stage) => {
  await stage.become({ version: '2' });
  await sleep(SERVES_MS);
};

/** After something else has broken meanwhile, the redeploy of a single replica. */
function redeployWhile(what: string, breaks: (stage: Stage) => Promise<void>): Change {
  const happen = async (stage: Stage) => {
    const redeployed = recreate(stage);
    await sleep(1_000);
    await breaks(stage);
    await redeployed;
  };
  return {
    what: `recreate of one, ${what} meanwhile`,
    aim: NONE,
    replicas: 1,
    needs: isOurs,
    happen,
  };
}

/** What is measured, in this order. */
export const CHANGES: readonly Change[] = [
  {
    what: 'Compose recreate of one',
    aim: ALONE,
    replicas: 1,
    happen: recreate,
  },
  {
    what: 'Compose recreate of one that refuses from its signal on',
    aim: 'at most those that it had not accepted',
    replicas: 1,
    abrupt: true,
    happen: recreate,
  },
  {
    what: 'docker stop, docker start of one',
    aim: ALONE,
    replicas: 1,
    happen: async (stage) => {
      const [name = ''] = await stage.replicas();
      await stage.container(name).stop();
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
    what: "three, docker-rollout's way",
    aim: NO_WAIT,
    replicas: 3,
    happen: async (stage) => {
      const old = await stage.replicas();
      await stage.project.compose('up', '-d', '--no-recreate', '--scale', 'app=6');
      await sleep(SERVES_MS);
      for (const name of old) {
        await stage.container(name).stop();
        await stage.container(name).remove();
      }
    },
  },
  {
    what: 'scale 3, 1, 3',
    aim: NO_WAIT,
    replicas: 3,
    happen: async (stage) => {
      await stage.project.compose('up', '-d', '--no-recreate', '--scale', 'app=1');
      await sleep(1_000);
      await stage.project.compose('up', '-d', '--no-recreate', '--scale', 'app=3');
      await sleep(SERVES_MS);
    },
  },
  {
    what: 'kill of one of one',
    aim: 'at most 3 failed, those in flight',
    replicas: 1,
    happen: async (stage) => {
      const [name = ''] = await stage.replicas();
      await stage.container(name).kill();
      await stage.container(name).start();
      await sleep(SERVES_MS);
    },
  },
  redeployWhile('front reloaded', async ({ subject }) => {
    if (subject.system !== null) process.kill(subject.system.front.pid, 'SIGHUP');
  }),
  redeployWhile('controller killed', async ({ subject }) => {
    await subject.system?.controller.restart();
    await subject.system?.controller.waitReady();
  }),
  redeployWhile('Redis restarted', async ({ subject }) => {
    await subject.system?.redis.restart();
  }),
];
