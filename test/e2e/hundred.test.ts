import { describe, expect } from 'vitest';
import { processorSeconds } from '../parts/process-cost.ts';
import { systemTest } from '../parts/system-test.ts';

const test = systemTest();
const COUNT = 100;
/** "About a third of one core", with room for a machine that does other things. */
const MAX_SHARE = 0.45;

describe('a hundred containers', () => {
  test('D2: started at once and removed at once: all right, nothing else flickers, little processor time', async ({
    system,
  }) => {
    const { routes, controller } = system;
    const steady = system.host('steady');
    const bystander = await system.run(steady);
    await routes.becomes(steady, [await system.url(bystander)]);
    const watch = routes.watch(steady);
    const hosts = Array.from({ length: COUNT }, (_, index) => system.host(`crowd-${index}`));
    const shareOf = async (act: () => Promise<void>) => {
      const [from, used] = [performance.now(), processorSeconds(controller.pid)];
      await act();
      return (processorSeconds(controller.pid) - used) / ((performance.now() - from) / 1000);
    };

    const containers = await Promise.all(hosts.map((host) => system.run(host, { created: true })));
    const starting = await shareOf(async () => {
      await Promise.all(containers.map((container) => container.start()));
      for (const [index, container] of containers.entries()) {
        await routes.becomes(hosts[index] ?? '', [await system.url(container)]);
      }
    });
    const removing = await shareOf(async () => {
      await Promise.all(containers.map((container) => container.remove()));
      for (const host of hosts) await routes.isGone(host);
    });

    await watch.stop();
    expect(watch.history(steady)).toEqual([[steady, await system.url(bystander)]]);
    expect(await controller.probe('/readyz')).toMatchObject({ status: 200 });
    expect(starting).toBeLessThan(MAX_SHARE);
    expect(removing).toBeLessThan(MAX_SHARE);
  });
});
