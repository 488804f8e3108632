import { waitUntil } from '../../parts/wait-for.ts';
import { NONE, type Row, type Scene } from './row.ts';
import { untilRouted } from './stage.ts';

const CONTROLLER = 'label=com.docker.swarm.service.name=autodock_autodock';
const LONG = { timeoutMs: 120_000, everyMs: 250 };

async function drain({ docker, victim }: Scene): Promise<void> {
  await docker('node', 'update', '--availability', 'drain', victim.id);
}

/** Waits until three run, none of them on the victim. */
async function untilMoved(scene: Scene): Promise<void> {
  const { docker, service, victim } = scene;
  const format = '{{.CurrentState}} {{.Node}} {{.ID}}';
  await waitUntil(
    'its tasks to run elsewhere',
    async () => {
      const left = await victim.docker(
        'ps',
        '-q',
        '--filter',
        `label=com.docker.swarm.service.name=${service}`,
      );
      const running = ['--filter', 'desired-state=running', '--format', format];
      const lines = (await docker('service', 'ps', ...running, service)).trim().split('\n');
      return left.trim() === '' && lines.filter((line) => line.startsWith('Running')).length === 3;
    },
    LONG,
  );
  await untilRouted(scene, 3);
}

/** What people do to nodes and to the stack. */
export const UPKEEP: readonly Row[] = [
  {
    what: 'node drained',
    aim: NONE,
    happen: async (scene) => {
      await drain(scene);
      await untilMoved(scene);
      return {};
    },
    mend: async ({ docker, victim }) => {
      await docker('node', 'update', '--availability', 'active', victim.id);
    },
  },
  {
    what: 'controller of a node killed, and update --force meanwhile',
    aim: NONE,
    isOurs: true,
    options: ['--update-order', 'start-first'],
    happen: async ({ docker, service, victim }) => {
      const updated = docker('service', 'update', '-q', '--detach=false', '--force', service);
      const [id = ''] = (await victim.docker('ps', '-q', '--filter', CONTROLLER)).split('\n');
      await victim.docker('kill', id);
      await updated;
      return {};
    },
  },
  {
    what: 'stack updated: controllers',
    aim: NONE,
    isOurs: true,
    happen: async ({ ground, asked }) => {
      await ground.up(asked, { AUTODOCK_RESYNC_INTERVAL: '29s' });
      return {};
    },
  },
  {
    what: 'stack updated: fronts, behind a balancer',
    aim: NONE,
    isBalanced: true,
    isOurs: true,
    happen: async ({ ground, asked }) => {
      await ground.up(asked, { FRONT_KEEPALIVE: '59s' });
      return {};
    },
  },
];
