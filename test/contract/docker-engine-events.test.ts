import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { describe, expect, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { EVENT_FILTERS, readEventSummary } from '../../src/trigger/docker-event.ts';
import { ASKED_ENGINES } from '../parts/asked-engines.ts';
import type { TestContainer } from '../parts/docker.ts';
import type { EngineSubject } from '../parts/engine-subject.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

interface Event {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** It is about no container; `test/e2e/live-restore` lets a real engine tell it. */
const OF_THE_ENGINE = 'reload';

describe.each(ASKED_ENGINES)('%s', (_title, useEngine) => {
  let subject: EngineSubject;
  let docker: Dockerode;
  useEngine((...opened) => {
    [subject, docker] = opened;
  });

  describe('the event stream', () => {
    const watch = async (filters: Readonly<Record<string, readonly string[]>>) => {
      const stream = (await docker.getEvents({ filters: JSON.stringify(filters) })) as Readable;
      const events: Event[] = [];
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const lines = `${rest}${text}`.split('\n');
        rest = lines.pop() ?? '';
        events.push(...lines.filter(Boolean).map((line) => JSON.parse(line) as Event));
      });
      const eventsOf = (id: string) =>
        events.filter(({ Actor }) => Actor.ID === id || Actor.Attributes.container === id);
      return {
        of: (id: string) =>
          eventsOf(id).map(({ Type, Action }) =>
            Type === 'network' ? `network ${Action}` : Action,
          ),
        /** Each kind of event once, as autodock reads them. */
        read: (id: string) =>
          new Set(eventsOf(id).map((event) => readEventSummary(JSON.stringify(event)).action)),
        close: () => stream.destroy(),
      };
    };

    test('tells a life: connect before start, and the end by die and disconnect', async () => {
      const watched = await watch({ type: ['container', 'network'] });
      const container = await subject.run();
      await container.kill();
      await waitFor('all events', () => {
        const told = watched.of(container.id).filter((action) => !action.startsWith('exec'));
        expect(told.slice(0, 4)).toEqual(['create', 'network connect', 'start', 'kill']);
        expect(told.slice(4).sort(compareText)).toEqual(['die', 'network disconnect']);
      });
      await container.remove();
      await waitFor('destroy', () => expect(watched.of(container.id).at(-1)).toBe('destroy'));
      watched.close();
    });

    test('a signal that ends nothing is a kill and no die', async () => {
      const watched = await watch({ event: ['kill', 'die', 'pause', 'unpause'] });
      const container = await subject.run();
      await container.kill('WINCH');
      await container.pause();
      await container.unpause();
      await waitFor('all events', () => {
        expect(watched.of(container.id)).toEqual(['kill', 'pause', 'unpause']);
      });
      watched.close();
    });

    test('a filter for health_status matches both of its forms', async () => {
      const watched = await watch({ event: ['health_status'] });
      const container = await subject.run({ image: 'health' });
      await subject.setHealth(container, 'healthy');
      await waitFor('health', () =>
        expect(watched.of(container.id)).toContain('health_status: healthy'),
      );
      watched.close();
    });

    test('each value of our filter that is about containers yields the event of its name, and no other', async () => {
      const names = EVENT_FILTERS.event.filter((name) => name !== OF_THE_ENGINE);
      const { type } = EVENT_FILTERS;
      const watched = await Promise.all(names.map((name) => watch({ type, event: [name] })));
      const all = await watch(EVENT_FILTERS);

      const { id } = await liveAndEnd(subject, (healthy) =>
        waitUntil('health', () => all.read(healthy).has('health_status')),
      );

      await waitFor('all events', () => {
        const read = names.map((name, index) => [name, watched[index]?.read(id)]);
        expect(read).toEqual(names.map((name) => [name, new Set([name])]));
        expect(all.read(id)).toEqual(new Set(names));
      });
      for (const { close } of [...watched, all]) close();
    });

    test('sends its headers before the first event', async () => {
      const watched = await watch({ event: ['destroy'], type: ['container'] });
      watched.close();
    });
  });
});

/** All that is told of a container's life. */
async function liveAndEnd(
  subject: EngineSubject,
  becomesHealthy: (id: string) => Promise<void>,
): Promise<TestContainer> {
  const network = await subject.network();
  const container = await subject.run({ image: 'health' });
  await subject.setHealth(container, 'healthy');
  await becomesHealthy(container.id);
  await container.pause();
  await container.unpause();
  await container.rename(`${container.name}-renamed`);
  await container.update();
  await network.connect(container);
  await network.disconnect(container);
  await container.stop();
  await container.remove();
  return container;
}
