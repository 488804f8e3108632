import { setTimeout as sleep } from 'node:timers/promises';
import { ALONE, type Change, FEW, NOT_ACCEPTED, recreate, SERVES_MS } from './change.ts';

/** Nobody else serves meanwhile. */
export const ALONE_CHANGES: readonly Change[] = [
  {
    what: 'Compose recreate of one',
    aim: ALONE,
    replicas: 1,
    happen: recreate,
  },
  {
    what: 'Compose recreate of one that refuses from its signal on',
    aim: NOT_ACCEPTED,
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
    what: 'kill of one of one',
    aim: FEW,
    replicas: 1,
    happen: async (stage) => {
      const [name = ''] = await stage.replicas();
      await stage.container(name).kill();
      await stage.container(name).start();
      await sleep(SERVES_MS);
    },
  },
];
