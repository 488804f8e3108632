import type { Node } from '../../parts/swarm.ts';
import type { TrafficAnswer } from '../../parts/traffic.ts';
import { MOUNTS, PROGRAM, readAnswer } from '../deploy/app.ts';
import type { Answer } from './row.ts';

/** What Swarm fills in for each task. */
const TASK = '{{.Node.ID}}/{{.Task.Slot}}';

/** Of `docker service create`, for the application as the one of a host. */
export function appOptions(host: string): readonly string[] {
  const health = ['--health-cmd', 'nc -w 1 127.0.0.1 80 </dev/null', '--health-interval', '500ms'];
  return [
    ...['-e', `VIRTUALHOST=${host}`, '-e', `VERSION=${TASK}/1`],
    ...[...health, '--health-start-period', '60s'],
    ...['--update-monitor', '1s', '--rollback-monitor', '1s', '--restart-delay', '1s'],
  ];
}

/** `docker service update` to the next version. */
export const NEXT_VERSION = ['--env-add', `VERSION=${TASK}/2`] as const;

/** Creates a service of the application. */
export async function createApp(
  where: Node,
  service: string,
  options: readonly string[],
  image: string,
): Promise<void> {
  const mounts = MOUNTS.flatMap(([source, target]) => [
    ...['--mount', `type=bind,source=${source},target=${target},readonly`],
  ]);
  await where.docker(
    ...['service', 'create', '-d', '--no-resolve-image', '--name', service],
    ...['--network', 'autodock', ...mounts, ...options, image, '/node', '-e', PROGRAM],
  );
}

/** What an answer tells of its task; nothing if it is not one of the application. */
export function readTask({ status, body, beganAt, at }: TrafficAnswer): readonly Answer[] {
  if (status !== 200) return [];
  const { version: task, listensSince } = readAnswer(body);
  const [node = '', slot = '', version = ''] = task.split('/');
  const origin = performance.timeOrigin;
  return [{ node, slot, version, beganAt: origin + beganAt, at: origin + at, listensSince }];
}
