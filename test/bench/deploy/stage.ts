import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { type OpenProject, openProject } from '../../parts/compose.ts';
import { request } from '../../parts/front.ts';
import { testImage } from '../../parts/test-image.ts';
import { startTraffic } from '../../parts/traffic.ts';
import { waitUntil } from '../../parts/wait-for.ts';
import { type Sum, sumUp } from '../sum-up.ts';
import { createAnswers } from './answers.ts';
import { type AppOptions, appService } from './app.ts';
import type { Change } from './change.ts';
import { startNeighbour } from './neighbour.ts';
import { hearSignals } from './signals.ts';
import type { Subject } from './subjects.ts';

/** What became of the requests of one change. */
export interface Outcome extends Sum {
  /** From the first signal until the application listened again; null: nothing was replaced. */
  readonly awayMs: number | null;
  /** Answers of the old version to requests that began after the first answer of the new one. */
  readonly oldAfterNew: number;
  /** The same of those that had begun before, and were on their way. */
  readonly oldInFlight: number;
  /** Of the slowest answer of another host, whose application is not touched. */
  readonly untouchedMs: number;
}

/** The application behind a subject, while traffic goes to it. */
export interface Stage {
  readonly subject: Subject;
  readonly host: string;
  readonly project: OpenProject;
  /** Says what the application should be. */
  write(options: AppOptions): Promise<void>;
  /** The same, and has Compose make it so. */
  become(options: AppOptions): Promise<void>;
  /** An image that does the same, and is not the one of before. */
  otherImage(): Promise<string>;
  /** The names of the containers that run, oldest number first. */
  replicas(): Promise<readonly string[]>;
  container(name: string): Dockerode.Container;
}

/** How much traffic, and for how long before and after the change. */
export interface Pace {
  readonly perSecond: number;
  readonly calmMs: number;
}

const CONNECTIONS = 1_024;
const OLD = '1';

/** Traffic on an application of so many replicas, while it changes. */
export async function stage(
  subject: Subject,
  pace: Pace,
  { replicas, abrupt = false, versions, happen }: Change,
): Promise<Outcome> {
  const host = `bench-${replicas}.${subject.docker.scope}.test`;
  const ofVersions = versions === undefined ? {} : { 'autodock.versions': versions };
  const labels = { ...subject.labels(host), ...ofVersions };
  const common = { version: OLD, replicas, labels, abrupt };
  const serviceOf = (options: AppOptions) =>
    appService(subject.docker.scope, host, { ...common, ...options });
  const neighbour = await startNeighbour(subject);
  const project = await openProject(subject.docker, { app: serviceOf({}) });
  try {
    await project.compose('up', '-d', '--quiet-pull');
    await waitUntil('the application to answer', async () => {
      return (await request(subject.port, host)).status === 200;
    });
    await sleep(pace.calmMs);
    const answers = createAnswers(OLD);
    const signals = await hearSignals(subject);
    const traffic = startTraffic(
      {
        ...{ port: subject.port, host, perSecond: pace.perSecond, postPath: '/' },
        ...{ keptConnections: CONNECTIONS, onAnswer: answers.see },
      },
      'change',
    );
    const leave = neighbour.visit();
    await sleep(pace.calmMs);
    await happen(handle(subject, host, project, serviceOf));
    await sleep(2 * pace.calmMs);
    const phases = await traffic.stop();
    const untouchedMs = await leave();
    signals.stop();
    const { oldAfterNew, oldInFlight, listensSince } = answers;
    const awayMs = signals.firstAt === null ? null : listensSince - signals.firstAt;
    return { ...sumUp(phases), awayMs, oldAfterNew, oldInFlight, untouchedMs };
  } finally {
    await project.close();
    await neighbour.close();
  }
}

function handle(
  subject: Subject,
  host: string,
  project: OpenProject,
  serviceOf: (options: AppOptions) => ReturnType<typeof appService>,
): Stage {
  const write = (options: AppOptions) => project.write({ app: serviceOf(options) });
  return {
    subject,
    host,
    project,
    write,
    become: async (options) => {
      await write(options);
      await project.compose('up', '-d', '--quiet-pull');
    },
    otherImage: () => testImage(subject.docker.engine, 'ports'),
    replicas: async () => {
      const names = (await project.compose('ps', '--format', '{{.Name}}')).trim().split('\n');
      return names.sort((one, other) => numberOf(one) - numberOf(other));
    },
    container: (name) => subject.docker.engine.getContainer(name),
  };
}

function numberOf(name: string): number {
  return Number(/\d+$/.exec(name)?.[0]);
}
