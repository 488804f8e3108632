import { describe, expect } from 'vitest';
import type { StatusAnswer } from '../../src/answers/status.ts';
import type { System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

/** Longer than an engine under load takes for an answer. */
const test = systemTest({ env: { AUTODOCK_DOCKER_TIMEOUT: '3s' } });

function dockerIs(up: 0 | 1, { controller }: System): Promise<void> {
  return waitFor(`docker_up to be ${up}`, async () => {
    expect((await controller.metrics()).value('autodock_docker_up')).toBe(up);
  });
}

/** What stands in Redis before, during and after an outage, and what changes on the engine meanwhile. */
async function outlast(
  system: System,
  outage: { begin(): void | Promise<void>; end(): void | Promise<void> },
): Promise<void> {
  const { routes, controller } = system;
  const hosts = ['stays', 'ends', 'begins'].map((name) => system.host(`${name}-${Date.now()}`));
  const [stays, ends, begins] = hosts;
  if (stays === undefined || ends === undefined || begins === undefined) throw new Error();
  const staying = await system.run(stays);
  const ending = await system.run(ends);
  await routes.becomes(stays, [await system.url(staying)]);
  await routes.becomes(ends, [await system.url(ending)]);
  const before = (await routes.read(ends))?.urls;
  const watch = routes.watch(stays);

  await outage.begin();
  await dockerIs(0, system);
  await ending.remove();
  const beginning = await system.run(begins);
  await waitFor('readyz to tell', async () => {
    const { status, text } = await controller.probe('/readyz');
    expect(status).toBe(503);
    expect(text).toMatch(/docker/i);
  });
  const { docker } = await controller.api<StatusAnswer>('status');
  expect(docker.up).toBe(false);
  expect(docker.error).not.toBeNull();
  expect((await controller.probe('/healthz')).status).toBe(200);
  // Unknown is not empty: nothing went, nothing came.
  expect((await routes.read(ends))?.urls).toEqual(before);
  expect(await routes.read(begins)).toBeNull();
  await watch.stop();
  expect(watch.history(stays)).toEqual([[stays, await system.url(staying)]]);

  // One that was away and is slow to answer may be a daemon that starts: then what leads to its containers is held.
  await outage.end();
  await routes.becomes(begins, [await system.url(beginning)]);
  await routes.isGone(ends);
  await routes.becomes(stays, [await system.url(staying)]);
  await dockerIs(1, system);
  await controller.waitReady();
}

describe('an engine that cannot be reached', () => {
  test('changes nothing while its socket is gone, and all is right when it is back', ({ system }) =>
    outlast(system, { begin: system.gate.shut, end: system.gate.open }));

  test('D6: changes nothing while it accepts and does not answer, and all is right when it does', ({
    system,
  }) => {
    const { gate, controller } = system;
    // Nothing ends, and nothing is told: only a pass can find it.
    const begin = async () => {
      gate.freeze();
      await controller.reconcile();
    };
    return outlast(system, { begin, end: gate.thaw });
  });
});

describe('an event stream that breaks', () => {
  test('is reopened, and what happened in between is seen', async ({ system }) => {
    const host = system.host('gap');
    await system.gate.shut();
    const container = await system.run(host);
    await system.gate.open();

    await system.routes.becomes(host, [await system.url(container)]);
    await waitFor('the stream to be up', async () => {
      const metrics = await system.controller.metrics();
      expect(metrics.value('autodock_docker_event_stream_up')).toBe(1);
    });
  });
});
