import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { type OpenProject, openProject } from '../../parts/compose.ts';
import { request } from '../../parts/front.ts';
import { type PhaseResult, startTraffic } from '../../parts/traffic.ts';
import { waitUntil } from '../../parts/wait-for.ts';
import { type AppOptions, appService } from './app.ts';
import type { Change } from './changes.ts';
import type { Subject } from './subjects.ts';

/** What became of the requests of one change. */
export interface Outcome {
  readonly requests: number;
  readonly failed: number;
  /** Of the failed, those that a backend had and nobody may repeat. */
  readonly ofTheDying: number;
  readonly slowestMs: number;
  /** The kinds of failure, counted. */
  readonly causes: string;
}

/** The application behind a subject, while traffic goes to it. */
export interface Stage {
  readonly subject: Subject;
  readonly host: string;
  readonly project: OpenProject;
  /** Has Compose make the application so. */
  become(options: AppOptions): Promise<void>;
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

/** Traffic on an application of so many replicas, while it changes. */
export async function stage(
  subject: Subject,
  pace: Pace,
  { replicas, abrupt = false, happen }: Pick<Change, 'replicas' | 'abrupt' | 'happen'>,
): Promise<Outcome> {
  const host = `bench-${replicas}.${subject.docker.scope}.test`;
  const labels = subject.labels(host);
  const serviceOf = (options: AppOptions) =>
    appService(subject.docker.scope, host, { replicas, labels, abrupt, ...options });
  const project = await openProject(subject.docker, { app: serviceOf({}) });
  try {
    await project.compose('up', '-d', '--quiet-pull');
    await waitUntil('the application to answer', async () => {
      return (await request(subject.port, host)).status === 200;
    });
    await sleep(pace.calmMs);
    const traffic = startTraffic(
      {
        ...{ port: subject.port, host, perSecond: pace.perSecond, postPath: '/' },
        keptConnections: CONNECTIONS,
      },
      'change',
    );
    await sleep(pace.calmMs);
    await happen(handle(subject, host, project, serviceOf));
    await sleep(2 * pace.calmMs);
    return outcomeOf(await traffic.stop());
  } finally {
    await project.close();
  }
}

function handle(
  subject: Subject,
  host: string,
  project: OpenProject,
  serviceOf: (options: AppOptions) => ReturnType<typeof appService>,
): Stage {
  return {
    subject,
    host,
    project,
    become: async (options) => {
      await project.write({ app: serviceOf(options) });
      await project.compose('up', '-d', '--quiet-pull');
    },
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

function outcomeOf(phases: readonly PhaseResult[]): Outcome {
  const lost = phases.flatMap((phase) => phase.lost);
  const causes = [...new Set(lost.map(({ what }) => what))].map(
    (cause) => `${lost.filter(({ what }) => what === cause).length} x ${cause}`,
  );
  return {
    requests: phases.reduce((sum, { requests }) => sum + requests, 0),
    failed: lost.length,
    ofTheDying: lost.filter(({ isFinal }) => isFinal).length,
    slowestMs: Math.max(...phases.map(({ slowestMs }) => slowestMs)),
    causes: causes.join(', '),
  };
}
