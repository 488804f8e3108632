import { NEXT_VERSION } from './app.ts';
import { NONE, type Row, type Scene } from './row.ts';
import { untilRouted } from './stage.ts';

const ORDERS = ['stop-first', 'start-first'] as const;

/** Waits until Swarm says that it is done. */
async function update({ docker, service }: Scene, ...options: readonly string[]) {
  await docker('service', 'update', '-q', '--detach=false', ...options, service);
}

/** The versions that answered at last. */
function versionsOf({ answers }: Scene): string {
  return [...new Set(answers.slice(-100).map(({ version }) => version))].join(' and ');
}

/** What people do to a service. */
export const UPDATES: readonly Row[] = [
  ...ORDERS.map(
    (order): Row => ({
      what: `rolling update of three, ${order}, with HEALTHCHECK`,
      aim: NONE,
      options: ['--update-order', order],
      happen: async (scene) => {
        await update(scene, ...NEXT_VERSION);
        return { 'version at last': versionsOf(scene) };
      },
    }),
  ),
  {
    what: 'scale 3, 1, 3',
    aim: NONE,
    happen: async (scene) => {
      const { docker, service } = scene;
      await docker('service', 'scale', '-d', `${service}=1`);
      await untilRouted(scene, 1);
      await docker('service', 'scale', '-d', `${service}=3`);
      await untilRouted(scene, 3);
      return {};
    },
  },
  {
    what: 'update --force',
    aim: NONE,
    happen: async (scene) => {
      await update(scene, '--force');
      return {};
    },
  },
  {
    what: 'rollback',
    aim: NONE,
    prepare: (scene) => update(scene, ...NEXT_VERSION, '--update-parallelism', '0'),
    happen: async (scene) => {
      const { docker, service } = scene;
      await docker('service', 'rollback', '-q', '--detach=false', service);
      return { 'version at last': versionsOf(scene) };
    },
  },
];
