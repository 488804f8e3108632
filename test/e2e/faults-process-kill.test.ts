import { describe, expect, test } from 'vitest';
import type { DockerRequestKind } from '../fakes/docker-path.ts';
import { timed } from '../parts/budget.ts';
import { openProxiedSystem } from '../parts/fake-system.ts';
import type { Direction } from '../parts/fault-proxy.ts';
import { waitUntil } from '../parts/wait-for.ts';

type System = Awaited<ReturnType<typeof openProxiedSystem>>;

/** Only the script that opens a pass names the engine, and only the one that writes has writes to make. */
const isOpen = (text: string) => text.includes('"name":');
const isApply = (text: string) => text.includes('"v":');
/** The one vhost that the opening of the pass did not bring. */
const isReadOfMissing = (text: string) => text.includes('fresh.test') && !isApply(text);

/**
 * The steps of a pass, each told by the request that begins or ends it: nothing in the controller knows
 * of being killed, so that there is nothing to be switched on by accident.
 */
const STEPS: readonly (readonly [step: string, arm: (system: System, kill: () => void) => void])[] =
  [
    ['before the epoch is raised', atRedis(isOpen, 'request')],
    ['after the epoch was raised', atRedis(isOpen, 'reply')],
    ['before the list', atDocker('list')],
    ['after the list', atDocker('health')],
    ['while an inspection is made', atDocker('inspect')],
    ['before what is missing is read', atRedis(isReadOfMissing, 'request')],
    ['after what was missing was read', atRedis(isReadOfMissing, 'reply')],
    ['before the first EVAL', atRedis(isApply, 'request')],
    ['after the first EVAL, its reply under way', atRedis(isApply, 'reply')],
    ['between two batches', atRedis(isApply, 'request', 2)],
    ['after the second batch, its reply under way', atRedis(isApply, 'reply', 2)],
  ];

/** More than one batch of a write. */
const CROWD = 150;

describe('P1: kill -9 at a step of a pass', () => {
  test.each(STEPS)(
    'P1: %s leaves nothing that the next start does not mend',
    async (_step, arm) => {
      const system = await openProxiedSystem({
        env: { AUTODOCK_DOCKER_TIMEOUT: '10s', AUTODOCK_GUARD_MAX_DELETE_PERCENT: '100' },
      });
      const { fake, redis, controller, routes, routed, run } = system;
      const steady = await routed('steady.test');
      const goes = await routed('goes.test');
      const crowd = Array.from({ length: CROWD }, (_, n) => ({
        host: `crowd-${n}.test`,
        ...run(`crowd-${n}.test`),
      }));
      for (const { id } of crowd) fake.world.pause(id);
      for (const { host } of crowd) await routes.isHeld(host);
      const watch = routes.watch('steady.test');
      let isKilled = false;
      arm(system, () => {
        if (isKilled) return;
        isKilled = true;
        controller.signal('SIGKILL');
      });

      fake.world.stop(goes.id);
      // With a HEALTHCHECK, about which an old engine is asked after the list.
      const fresh = run('fresh.test', { health: 'healthy' });
      for (const { id } of crowd) fake.world.unpause(id);
      await waitUntil('the kill', () => isKilled && controller.hasEnded());
      fake.onRequest(() => undefined);
      system.proxy.judge(() => 'pass');

      await timed('P1', 'converged after the restart', 5_000, async () => {
        await controller.restart();
        await controller.waitReady();
        for (const { host, url } of crowd) await routes.becomes(host, [url]);
        await routes.becomes('fresh.test', [fresh.url]);
        await routes.isGone('goes.test');
      });
      const claims = await redis.client.hkeys(`autodock:owner:${await ownerIn(system)}`);
      expect(claims).toHaveLength(CROWD + 2);
      await watch.stop();
      expect(watch.history('steady.test')).toEqual([['steady.test', steady.url]]);
    },
  );
});

function atDocker(kind: DockerRequestKind) {
  return ({ fake }: System, kill: () => void) =>
    fake.onRequest((asked) => {
      if (asked === kind) kill();
    });
}

/** At the `nth` request that matches: before it reaches Redis, or when its reply comes, which is never seen. */
function atRedis(matches: (text: string) => boolean, moment: Direction, nth = 1) {
  return ({ proxy }: System, kill: () => void) => {
    let [seen, isDead] = [0, false];
    proxy.judge((bytes, direction) => {
      if (isDead) return 'drop';
      if (direction === 'request' && matches(bytes.toString())) seen += 1;
      if (seen !== nth || direction !== moment) return 'pass';
      isDead = true;
      kill();
      return 'drop';
    });
  };
}

async function ownerIn({ redis }: System): Promise<string> {
  const [owner] = await redis.client.zrange('autodock:owners', '0', '0');
  return owner ?? '';
}
