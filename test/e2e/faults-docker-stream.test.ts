import { domainToASCII } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tellBudget, timed } from '../parts/budget.ts';
import { type Controller, residentMib, WITH_RESYNC } from '../parts/controller.ts';
import { type FakeSystem, openFakeSystem } from '../parts/fake-system.ts';
import { logged, logHas, metricIs, statusOf } from '../parts/looks.ts';
import { processorSeconds } from '../parts/process-cost.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

function streamIsOpen({ fake }: FakeSystem, opened = 0): Promise<void> {
  return waitUntil('the stream', () => fake.count('events') > opened && fake.events.size === 1);
}

/** Waits until no settle pass follows any more. */
async function settled(controller: Controller): Promise<void> {
  let [seen, since] = [-1, performance.now()];
  await waitUntil('the settle passes to be over', async () => {
    const metrics = await controller.metrics();
    const now = metrics.value('autodock_reconcile_triggers_total', { reason: 'settle' });
    if (now !== seen) [seen, since] = [now, performance.now()];
    return performance.now() - since > 1_500;
  });
}

function eventsSeen(
  { controller }: FakeSystem,
  action: string,
  atLeast: number,
  timeoutMs = 30_000,
): Promise<void> {
  return waitFor(
    `${atLeast} events of ${action}`,
    async () => {
      const metrics = await controller.metrics();
      expect(metrics.value('autodock_docker_events_total', { action })).toBeGreaterThanOrEqual(
        atLeast,
      );
    },
    { timeoutMs, everyMs: 100 },
  );
}

describe('events that are lost without a sign', () => {
  test('D4: the next resync repairs it, tells it, and opens the stream anew', async () => {
    const system = await openFakeSystem({ env: WITH_RESYNC });
    const { fake, controller, routes, run } = system;
    await streamIsOpen(system);
    // The settle passes of the start would find it too, and do so for ten seconds.
    await settled(controller);
    const opened = fake.count('events');
    fake.events.lose(true);

    const { url } = run('deaf.test');
    await timed('D4', 'repaired by the resync (interval here 1 s)', 1_500, () =>
      routes.becomes('deaf.test', [url]),
    );
    await streamIsOpen(system, opened);

    await waitFor('the log to tell', () =>
      expect(
        logged(controller, 'Resync found what no event told; the event stream is opened anew'),
      ).not.toEqual([]),
    );
    const metrics = await controller.metrics();
    expect(metrics.value('autodock_docker_events_total')).toBe(0);
    expect(
      metrics.value('autodock_reconcile_triggers_total', { reason: 'resync' }),
    ).toBeGreaterThan(0);
  });
});

describe('the end of the event stream', () => {
  test.each(['end', 'reset'] as const)(
    'D5: after its %s it is opened again, what happened in between is seen, and one line tells it',
    async (how) => {
      const system = await openFakeSystem();
      const { fake, controller, routed, routes, run } = system;
      const kept = await routed('kept.test');
      await streamIsOpen(system);
      const opened = fake.count('events');
      fake.fail('events', { kind: 'cut' });

      fake.events.cut(how);
      await metricIs(controller, 'autodock_docker_event_stream_up', 0);
      const { url } = run('meanwhile.test');
      fake.heal();
      await streamIsOpen(system, opened);

      await timed('D5', 'seen after the stream is back', 2_000, () =>
        routes.becomes('meanwhile.test', [url]),
      );
      await metricIs(controller, 'autodock_docker_event_stream_up', 1);
      const after = run('after.test');
      await routes.becomes('after.test', [after.url]);
      expect((await routes.read('kept.test'))?.urls).toEqual([kept.url]);
      // The end itself, and why it could not be opened: each once, however often it was tried.
      await logHas(controller, 'Event stream is up again');
      const down = logged(controller, 'Event stream is down');
      expect(down.length).toBeGreaterThan(0);
      expect(down.length).toBeLessThanOrEqual(2);
    },
  );
});

describe('what comes through the stream', () => {
  test('is all that a change needs to be seen', async () => {
    const { controller, run, routes } = await openFakeSystem();
    // For ten seconds the settle passes of the start would see it, too.
    await settled(controller);

    const { url } = run('event.test');

    await routes.becomes('event.test', [url]);
  });

  test('D18: is understood byte by byte, also what takes several bytes', async () => {
    const system = await openFakeSystem();
    await streamIsOpen(system);
    system.fake.events.chunk('bytes');

    const { url } = system.run('ünïcode.test', { labels: { note: 'Ünïcödé ✓' } });

    await system.routes.becomes(domainToASCII('ünïcode.test'), [url]);
    await eventsSeen(system, 'start', 1);
    const metrics = await system.controller.metrics();
    expect(metrics.value('autodock_docker_events_total', { action: 'malformed' })).toBe(0);
  });

  test('D18: several events in one chunk are several events', async () => {
    const system = await openFakeSystem();
    await streamIsOpen(system);
    const line = '{"Type":"container","Action":"rename","Actor":{"ID":"x","Attributes":{}}}\n';

    system.fake.events.emitRaw(line.repeat(7));

    await metricIs(system.controller, 'autodock_docker_events_total', 7, { action: 'rename' });
  });

  test('D18, P6: lines that are broken or of 2 MB cost themselves alone, and are counted', async () => {
    const system = await openFakeSystem();
    await streamIsOpen(system);
    const opened = system.fake.count('events');

    system.fake.events.emitRaw('{"Type":"container","Action":\n\n[]\nnull\n{}\n');
    system.fake.events.emitRaw(`{"Type":"container","Action":"${'x'.repeat(2_097_152)}"}\n`);
    await metricIs(system.controller, 'autodock_docker_events_total', 5, { action: 'malformed' });

    const { url } = system.run('after.test');
    await system.routes.becomes('after.test', [url]);
    await metricIs(system.controller, 'autodock_docker_event_stream_up', 1);
    expect(system.fake.count('events')).toBe(opened);
  });

  test('D19, P6: a storm of 100,000 events makes few passes, and memory stays where it was', async () => {
    // A deadline that no slow machine misses: a list that is late has the stream opened anew.
    const system = await openFakeSystem({ env: { AUTODOCK_DOCKER_TIMEOUT: '30s' } });
    const { fake, routed, controller } = system;
    const { id } = await routed('stormy.test');
    const { pid } = controller;
    const before = { passes: (await statusOf(controller)).passes, mib: residentMib(pid) };
    const began = { at: performance.now(), used: processorSeconds(pid) };
    const event = { type: 'container', action: 'update', actor: id, attributes: {} } as const;

    for (let burst = 1; burst <= 200; burst += 1) {
      fake.events.emit(...Array<typeof event>(500).fill(event));
      await eventsSeen(system, 'update', (burst - 1) * 500);
    }
    await eventsSeen(system, 'update', 100_000);

    const tookMs = performance.now() - began.at;
    const passes = (await statusOf(controller)).passes - before.passes;
    expect(passes).toBeGreaterThan(0);
    // One pass in flight, and at least 50 ms from start to start.
    expect(passes).toBeLessThan(tookMs / 50 + 2);
    expect(residentMib(pid) - before.mib).toBeLessThan(100);
    tellBudget(
      'D19',
      'processor time of 100,000 events',
      tookMs,
      (processorSeconds(pid) - began.used) * 1_000,
    );
  });
});
