import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { describe, expect, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { ASKED_ENGINES } from '../parts/asked-engines.ts';
import type { EngineSubject } from '../parts/engine-subject.ts';
import { waitFor } from '../parts/wait-for.ts';

interface Event {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

describe.each(ASKED_ENGINES)('%s', (_title, useEngine) => {
  let subject: EngineSubject;
  let docker: Dockerode;
  useEngine((...opened) => {
    [subject, docker] = opened;
  });

  describe('the event stream', () => {
    const watch = async (filters: Record<string, string[]>) => {
      const stream = (await docker.getEvents({ filters })) as Readable;
      const events: Event[] = [];
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const lines = `${rest}${text}`.split('\n');
        rest = lines.pop() ?? '';
        events.push(...lines.filter(Boolean).map((line) => JSON.parse(line) as Event));
      });
      return {
        of: (id: string) =>
          events
            .filter(({ Actor }) => Actor.ID === id || Actor.Attributes.container === id)
            .map(({ Type, Action }) => (Type === 'network' ? `network ${Action}` : Action)),
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

    test('sends its headers before the first event', async () => {
      const watched = await watch({ event: ['destroy'], type: ['container'] });
      watched.close();
    });
  });
});
