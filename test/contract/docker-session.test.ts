import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { narrowInspection } from '../../src/observe/containers/inspection.ts';
import { createLister } from '../../src/observe/containers/list.ts';
import { EVENT_FILTERS, readEventSummary } from '../../src/trigger/docker-event.ts';
import { waitFor } from '../parts/wait-for.ts';
import { SESSIONS, type SessionSubject } from './docker-sessions.ts';

/** What a pass relies on, asserted of every engine that a test has: the real one, fake ones, simulated ones. */
describe.each(SESSIONS)('%s', (_title, open) => {
  let subject: SessionSubject;
  beforeAll(async () => {
    subject = await open();
  });
  afterAll(() => subject.close());

  /** What the list says of a container, with its health; undefined: it is not in it. */
  const lineOf = async (id: string) => {
    const asker = { onLines: () => undefined, mayHaveHealth: () => true };
    const lines = await createLister().list(subject.session, asker);
    return lines.find((line) => line.id === id);
  };
  const isListed = (id: string, as: Readonly<Record<string, unknown>>) =>
    waitFor(`${id} to be ${JSON.stringify(as)}`, async () =>
      expect(await lineOf(id)).toMatchObject(as),
    );
  const isGone = (id: string) =>
    waitFor(`${id} to leave the list`, async () => expect(await lineOf(id)).toBeUndefined());

  test('lists what runs with an address, also while it is paused, and no longer when it has ended', async () => {
    const container = await subject.run();
    const ipv4 = expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/) as string;
    const addresses = [expect.objectContaining({ ipv4 })];

    await isListed(container.id, { state: 'running', addresses });
    await container.pause();
    await isListed(container.id, { state: 'paused', addresses });
    await container.unpause();
    await isListed(container.id, { state: 'running', addresses });
    await container.kill();
    await isGone(container.id);
  });

  test('tells who is not healthy, or not yet, by the list or by its filter', async () => {
    const container = await subject.run({ hasHealthcheck: true });
    await container.become('unhealthy');
    await isListed(container.id, { health: 'unhealthy' });
    await container.become('healthy');
    await waitFor('health', async () => {
      const line = await lineOf(container.id);
      expect(line).toBeDefined();
      expect(line).not.toMatchObject({ health: expect.stringMatching(/starting|unhealthy/) });
    });
  });

  test('inspects what runs, and says gone of what was removed', async () => {
    const container = await subject.run();
    const inspect = () => subject.session.inspect(container.id, narrowInspection);

    expect(await inspect()).toMatchObject({
      env: new Map([['VIRTUALHOST', 'a.test']]),
      exposedPorts: [80],
      hasHealthcheck: false,
    });
    await container.remove();
    await waitFor('the end', async () => expect(await inspect()).toBe('gone'));
  });

  test('tells each thing that happens to a container by an event of its name', async () => {
    const ending = new AbortController();
    const stream = await subject.session.events(EVENT_FILTERS, ending.signal);
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const told = (id: string) =>
      new Set(
        text
          .split('\n')
          .filter((line) => line.includes(id))
          .map((line) => readEventSummary(line).action),
      );
    const container = await subject.run();
    const isTold = (...names: readonly string[]) =>
      waitFor(names.join(), () =>
        expect([...told(container.id)]).toEqual(expect.arrayContaining([...names])),
      );

    await isTold('create', 'connect', 'start');
    expect(told(container.id)).not.toContain('die');
    await container.pause();
    await isTold('pause');
    await container.unpause();
    await isTold('unpause');
    await container.kill();
    await isTold('die', 'disconnect');
    expect(told(container.id)).not.toContain('destroy');
    await container.remove();
    await isTold('destroy');
    ending.abort();
  });
});
