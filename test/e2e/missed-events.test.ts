import { describe, expect } from 'vitest';
import type { StatusAnswer } from '../../src/answers/status.ts';
import { WITH_RESYNC } from '../parts/controller.ts';
import { systemTest } from '../parts/system-test.ts';

const testWithoutEvents = systemTest({ env: { ...WITH_RESYNC, AUTODOCK_DOCKER_EVENTS: 'false' } });
const testLosingEvents = systemTest({ env: WITH_RESYNC, losesEvents: true });

describe('without events', () => {
  testWithoutEvents('the resync alone keeps the routes right', async ({ system }) => {
    const host = system.host('resynced');
    const container = await system.run(host);
    await system.routes.becomes(host, [await system.url(container)]);

    await container.stop();

    await system.routes.isGone(host);
    expect(system.gate.count('events')).toBe(0);
    const { docker } = await system.controller.api<StatusAnswer>('status');
    expect(docker.eventStream.enabled).toBe(false);
  });
});

describe('with events that are lost without a sign', () => {
  testLosingEvents('D4: the next resync repairs', async ({ system }) => {
    const host = system.host('deaf');
    const container = await system.run(host);
    await system.routes.becomes(host, [await system.url(container)]);
    await container.remove();
    await system.routes.isGone(host);

    const metrics = await system.controller.metrics();
    expect(metrics.value('autodock_docker_events_total')).toBe(0);
  });
});
