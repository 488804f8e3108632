import { openProject } from '../../parts/compose.ts';
import { request } from '../../parts/front.ts';
import { startTraffic } from '../../parts/traffic.ts';
import { waitUntil } from '../../parts/wait-for.ts';
import { sumUp } from '../sum-up.ts';
import { appService } from './app.ts';
import type { Subject } from './subjects.ts';

/** Another host of the same front, to whose application nothing is done. */
export interface Neighbour {
  /** Requests go to it from now on. What comes back tells how long the slowest took, milliseconds. */
  visit(): () => Promise<number>;
  close(): Promise<void>;
}

const PER_SECOND = 50;

/**
 * What its requests wait for is the machine, on which client, front, engine and applications share the processors:
 * no change of another application is to blame.
 */
export async function startNeighbour(subject: Subject): Promise<Neighbour> {
  const host = `neighbour.${subject.docker.scope}.test`;
  const service = appService(subject.docker.scope, host, { labels: subject.labels(host) });
  const project = await openProject(subject.docker, { app: service });
  try {
    await project.compose('up', '-d', '--quiet-pull');
    await waitUntil('the neighbour to answer', async () => {
      return (await request(subject.port, host)).status === 200;
    });
  } catch (error) {
    await project.close();
    throw error;
  }
  return {
    visit() {
      const target = { port: subject.port, host, perSecond: PER_SECOND, postPath: '/' };
      const traffic = startTraffic(target, 'beside the change');
      return async () => sumUp(await traffic.stop()).slowestMs;
    },
    close: () => project.close(),
  };
}
