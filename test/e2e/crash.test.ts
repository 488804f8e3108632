import { describe, expect } from 'vitest';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest();
const KILLS = 6;

describe('kill -9 of the controller', () => {
  test('P1: what happened meanwhile is right after the first pass, and no other route flickers', async ({
    system,
  }) => {
    const [steady, ends, begins] = [
      system.host('steady'),
      system.host('ends'),
      system.host('begins'),
    ];
    const bystander = await system.run(steady);
    const ending = await system.run(ends);
    await system.routes.becomes(steady, [await system.url(bystander)]);
    await system.routes.becomes(ends, [await system.url(ending)]);
    const watch = system.routes.watch(steady);

    await system.controller.end('SIGKILL');
    await ending.remove();
    const beginning = await system.run(begins);
    await system.controller.restart();
    await system.controller.waitReady();

    // Ready means that the first pass is done: nothing is waited for from here on.
    expect(await system.routes.read(ends)).toBeNull();
    expect((await system.routes.read(begins))?.urls).toEqual([await system.url(beginning)]);
    await watch.stop();
    expect(watch.history(steady)).toEqual([[steady, await system.url(bystander)]]);
  });

  test('P1: at any moment of a change leaves nothing that the next start does not mend', async ({
    system,
  }) => {
    const steady = system.host('unmoved');
    const bystander = await system.run(steady);
    await system.routes.becomes(steady, [await system.url(bystander)]);
    const watch = system.routes.watch(steady);
    const host = system.host('changing');
    let current = await system.run(host);

    for (let round = 0; round < KILLS; round += 1) {
      await waitFor('the controller to listen', () => system.controller.probe('/healthz'));
      const next = await system.run(host);
      const removal = current.remove();
      // Any moment will do: the later rounds strike later after the event.
      await new Promise((resolve) => setTimeout(resolve, round * 8));
      await system.controller.restart();
      await removal;
      current = next;
    }

    await system.routes.becomes(host, [await system.url(current)]);
    // The one before may have had the same address, so that the list is right before the claim is.
    const claimed = { [await system.url(current)]: [current.shortId] };
    await waitFor('its claim', async () =>
      expect(await system.routes.claim(host)).toEqual(claimed),
    );
    await watch.stop();
    expect(watch.history(steady)).toEqual([[steady, await system.url(bystander)]]);
  });

  test('P2: SIGTERM ends it with exit code 0 and leaves the routes', async ({ system }) => {
    const host = system.host('stays');
    const container = await system.run(host);
    const url = await system.url(container);
    await system.routes.becomes(host, [url]);

    expect(await system.controller.end('SIGTERM')).toBe(0);

    expect((await system.routes.read(host))?.urls).toEqual([url]);
    await system.controller.restart();
    await system.controller.waitReady();
    expect((await system.routes.read(host))?.urls).toEqual([url]);
  });
});
