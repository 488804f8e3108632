import { describe, expect, onTestFinished, test } from 'vitest';
import { timed } from '../parts/budget.ts';
import { openFakeSystem, REDIS_SILENT } from '../parts/fake-system.ts';
import { type Cable, openCable } from '../parts/half-open.ts';
import { metricIs, passesFail, readyIs } from '../parts/looks.ts';
import { waitUntil } from '../parts/wait-for.ts';

/** A cable to one side of the controller, for the length of the test. */
async function cableTo(socketPath: string): Promise<Cable> {
  const cable = await openCable(socketPath);
  onTestFinished(cable.close);
  return cable;
}

describe('a cable that is pulled, so that neither FIN nor RST comes', () => {
  test('D7: to the engine: noticed by the open event stream, though no pass is due; routes stay', async () => {
    const cables: Cable[] = [];
    const { fake, routed, routes, controller, run } = await openFakeSystem({
      env: { AUTODOCK_DOCKER_TIMEOUT: '2s' },
      way: async ({ socketPath }) => {
        const cable = await cableTo(socketPath);
        cables.push(cable);
        return { dockerHost: `tcp://${cable.address}:${cable.port}` };
      },
    });
    const [cable] = cables;
    const kept = await routed('kept.test');
    // What follows an event is over, 5 s after it at most: from here on nothing but the stream itself can tell.
    await waitUntil('no further list', async () => {
      const before = fake.count('list');
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      return fake.count('list') === before;
    });

    const watch = routes.watch('kept.test');
    await cable?.pull();
    await timed('D7', 'the silent engine is noticed', 15_000, () =>
      metricIs(controller, 'autodock_docker_event_stream_up', 0),
    );
    await metricIs(controller, 'autodock_docker_up', 0);
    // For longer than a daemon that starts anew would be silent before its routes are held.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const late = run('late.test');
    await cable?.plug();

    await routes.becomes('late.test', [late.url]);
    await metricIs(controller, 'autodock_docker_event_stream_up', 1);
    await watch.stop();
    expect(watch.history('kept.test')).toEqual([['kept.test', kept.url]]);
  });

  test('R6: to Redis: calls fail at their deadline, the connection is dropped, and all is right afterwards', async () => {
    const cables: Cable[] = [];
    const { routed, routes, controller, run, fake } = await openFakeSystem({
      env: REDIS_SILENT,
      way: async (_fake, { socket }) => {
        const cable = await cableTo(socket);
        cables.push(cable);
        return { redisUrl: `redis://${cable.address}:${cable.port}` };
      },
    });
    const [cable] = cables;
    const kept = await routed('kept.test');
    const gone = await routed('gone.test');

    await cable?.pull();
    fake.world.kill(gone.id);
    const late = run('late.test');
    await timed('R6', 'a call fails', 2_000, () => passesFail(controller));
    await timed('R6', 'the connection is dropped (after the call)', 2_000, () =>
      metricIs(controller, 'autodock_redis_up', 0),
    );
    expect((await controller.probe('/healthz')).status).toBe(200);
    await cable?.plug();

    await timed('R6', 'right after the cable is back', 6_300, async () => {
      await routes.becomes('late.test', [late.url]);
      await routes.isGone('gone.test');
    });
    await metricIs(controller, 'autodock_redis_up', 1);
    await readyIs(controller, 200);
    expect(await routes.read('kept.test')).toEqual({ identifier: 'kept.test', urls: [kept.url] });
  });
});
