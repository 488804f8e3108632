import { openSystem, type System } from '../parts/system.ts';
import { createOne } from './crowd.ts';
import { processorMs } from './process-cost.ts';
import type { Measurement } from './table.ts';

const COUNT = 100;

/** What a hundred containers cost that start at once and go at once. */
export async function measureStorm(): Promise<readonly Measurement[]> {
  const system = await openSystem({ gated: false });
  try {
    const hosts = Array.from({ length: COUNT }, (_, index) => system.host(`storm-${index}`));
    const containers = await Promise.all(hosts.map((host) => createOne(system, host)));
    const starting = await cost(system, async () => {
      await Promise.all(containers.map((container) => container.start()));
      for (const [index, container] of containers.entries()) {
        await system.routes.becomes(hosts[index] ?? '', [await system.url(container)]);
      }
    });
    const removing = await cost(system, async () => {
      await Promise.all(containers.map((container) => container.remove()));
      for (const host of hosts) await system.routes.isGone(host);
    });
    return [
      {
        what: `${COUNT} started at once, all routed`,
        result: starting,
        aim: 'a third of one core',
      },
      {
        what: `${COUNT} removed at once, none routed`,
        result: removing,
        aim: 'a third of one core',
      },
    ];
  } finally {
    await system.close();
  }
}

async function cost({ controller }: System, act: () => Promise<void>): Promise<string> {
  const [from, used] = [performance.now(), processorMs(controller.pid)];
  const before = await passesOf(controller);
  await act();
  const elapsedMs = performance.now() - from;
  const share = (processorMs(controller.pid) - used) / elapsedMs;
  const passes = (await passesOf(controller)) - before;
  return `${(elapsedMs / 1000).toFixed(1)} s, ${passes} passes, ${(100 * share).toFixed(0)} % of one core`;
}

async function passesOf(controller: System['controller']): Promise<number> {
  return (await controller.api<{ readonly passes: number }>('status')).passes;
}
