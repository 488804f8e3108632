import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { connectDocker, type DockerClient } from '../../src/clients/docker.ts';
import type { DockerResult } from '../../src/clients/docker-call.ts';
import type { DockerSession } from '../../src/clients/docker-session.ts';
import { narrowInspection } from '../../src/observe/containers/inspection.ts';
import { createLister } from '../../src/observe/containers/list.ts';
import { type FakeDocker, startFakeDocker } from '../fakes/docker-daemon.ts';
import type { Fault } from '../fakes/faults.ts';
import { ENGINE_VERSIONS } from '../fakes/recorded.ts';
import { engineSocket } from '../parts/docker.ts';
import { past, waitFor, waitUntil } from '../parts/wait-for.ts';

/** Of an engine that answers, however busy its machine is. */
const PATIENCE_MS = 30_000;
/** Of one that does not. */
const SOON_MS = 1_000;

/** Our client, over a real socket, against engines that answer well, badly, late or not at all. */
function clientOf(
  host: string,
  timeoutMs = PATIENCE_MS,
  onResult: (result: DockerResult) => void = () => undefined,
): DockerClient {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  return connectDocker({
    config: { host, timeoutMs, events: true, tls: null },
    signal: stop.signal,
    onResult,
  });
}

const asItIs = (reply: Record<string, unknown>) => reply;

async function connected(fake: FakeDocker): Promise<DockerSession> {
  return clientOf(fake.host).connect();
}

/** Of a client that waits for no answer for long, and so has to try again where the machine was busy. */
async function impatient(fake: FakeDocker): Promise<DockerSession> {
  const client = clientOf(fake.host, SOON_MS);
  return waitFor('a session', () => client.connect());
}

/** The list as a pass sees it. */
function listOf(session: DockerSession) {
  return createLister().list(session, { onLines: () => undefined, mayHaveHealth: () => true });
}

async function fakeDocker(options?: Parameters<typeof startFakeDocker>[0]): Promise<FakeDocker> {
  const fake = await startFakeDocker(options);
  onTestFinished(fake.close);
  return fake;
}

describe('a session', () => {
  test.each([...ENGINE_VERSIONS])('speaks the newest API of a %s that we know', async (engine) => {
    const fake = await fakeDocker({ engine });

    const session = await connected(fake);

    const newest = { '20.10': '1.41', '26.1': '1.45', '28.5': '1.51', '29.7': '1.55' };
    expect(session.apiVersion).toBe(newest[engine]);
    expect(session.engine.id).not.toBe('');
    expect(await listOf(session)).toEqual([]);
  });

  test('works with the engine of this machine', async () => {
    const session = await clientOf(`unix://${engineSocket()}`).connect();

    expect(Array.isArray(await listOf(session))).toBe(true);
    expect(await session.inspect('0'.repeat(64), asItIs)).toBe('gone');
  });

  test('is over for an inspected container that the engine no longer has', async () => {
    const fake = await fakeDocker();
    const session = await connected(fake);
    const id = fake.world.create();

    expect(await session.inspect(id, asItIs)).toMatchObject({ Id: id });
    fake.world.remove(id);
    expect(await session.inspect(id, asItIs)).toBe('gone');
  });
});

test.each([
  '{}',
  '{"Config":null,"NetworkSettings":{"Networks":{}}}',
  '{"Config":{},"NetworkSettings":{"Networks":{"bridge":7}}}',
  '[]',
  '<html>oops</html>',
])('an inspection that is not one is told and counted as malformed: %s', async (body) => {
  const fake = await fakeDocker();
  const results: DockerResult[] = [];
  const session = await clientOf(fake.host, PATIENCE_MS, (result) =>
    results.push(result),
  ).connect();
  const id = fake.world.create();
  fake.fail('inspect', { kind: 'body', body });

  await expect(session.inspect(id, narrowInspection)).rejects.toMatchObject({
    name: 'ObserveError',
    code: 'docker-malformed',
    message: expect.stringContaining(`inspection of ${id.slice(0, 12)}: malformed reply`) as string,
  });
  expect(results).toEqual(['ok', 'ok', 'malformed']);
});

describe('a list that is not one', () => {
  const FAULTS: readonly (readonly [string, Fault, string])[] = [
    ['an empty body', { kind: 'body', body: '' }, 'docker-malformed'],
    ['null', { kind: 'body', body: 'null' }, 'docker-malformed'],
    ['an object', { kind: 'body', body: '{}' }, 'docker-malformed'],
    ['a page of HTML', { kind: 'body', body: '<html>oops</html>' }, 'docker-malformed'],
    ['half a list', { kind: 'body', body: '[{"Id":"0123' }, 'docker-malformed'],
    ['a body that is cut', { kind: 'truncate' }, 'docker-'],
    ['a body that stalls', { kind: 'stall' }, 'docker-timeout'],
    ['a body that drips', { kind: 'drip', everyMs: 50 }, 'docker-timeout'],
    ['no answer', { kind: 'hang' }, 'docker-timeout'],
    ['a closed connection', { kind: 'cut' }, 'docker-unreachable'],
    ['403', { kind: 'status', status: 403, message: 'forbidden' }, 'docker-status'],
    ['500', { kind: 'status', status: 500, message: 'oops' }, 'docker-status'],
    ['503', { kind: 'status', status: 503, message: 'later' }, 'docker-status'],
  ];

  test.each(FAULTS)('%s is an error, never an empty list', async (_title, fault, code) => {
    const fake = await fakeDocker();
    fake.world.start(fake.world.create());
    const session = await (code === 'docker-timeout' ? impatient : connected)(fake);
    fake.fail('list', fault);

    await expect(listOf(session)).rejects.toMatchObject({
      name: 'ObserveError',
      code: expect.stringContaining(code) as string,
    });

    fake.heal();
    await waitFor('the list', async () => expect(await listOf(session)).toHaveLength(1));
  });

  test('a refusal by a proxy says what the proxy must let through', async () => {
    const fake = await fakeDocker();
    const session = await connected(fake);
    fake.fail('list', { kind: 'status', status: 403, message: 'forbidden' });

    await expect(listOf(session)).rejects.toThrow(/\/containers\/json/);
  });
});

describe('the event stream', () => {
  let stop = new AbortController();
  afterEach(() => {
    stop.abort();
    stop = new AbortController();
  });

  test('is there when the headers are, before any event', async () => {
    const fake = await fakeDocker();
    const session = await connected(fake);

    const stream = await session.events({ type: ['container'] }, stop.signal);

    expect(fake.events.size).toBe(1);
    stream.destroy();
  });

  test('outlives the deadline of requests', async () => {
    const fake = await fakeDocker();
    const session = await impatient(fake);
    const stream = await waitFor('the stream', () =>
      session.events({ type: ['container'] }, stop.signal),
    );
    const chunks: string[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(String(chunk)));

    await past(2 * SOON_MS);
    fake.world.create({ name: 'late' });

    await waitFor('the event', () => expect(chunks.join('')).toContain('"late"'));
    stream.destroy();
  });

  test('that the engine refuses or never opens is an error', async () => {
    const fake = await fakeDocker();
    const session = await connected(fake);
    fake.fail('events', { kind: 'status', status: 403, message: 'no' }, { times: 1 });
    await expect(session.events({}, stop.signal)).rejects.toMatchObject({ code: 'docker-status' });

    const hurried = await impatient(fake);
    fake.fail('events', { kind: 'hang' }, { times: 1 });
    await expect(hurried.events({}, stop.signal)).rejects.toMatchObject({ code: 'docker-timeout' });
  });

  test('that nobody wants any more while it opens does not count as a failure of the engine', async () => {
    const fake = await fakeDocker();
    const results: DockerResult[] = [];
    const told = (result: DockerResult) => results.push(result);
    const session = await clientOf(fake.host, PATIENCE_MS, told).connect();
    fake.fail('events', { kind: 'hang' }, { times: 1 });
    results.length = 0;

    const opening = session.events({}, stop.signal);
    await waitUntil('the request', () => fake.count('events') === 1);
    stop.abort();

    await expect(opening).rejects.toMatchObject({ code: 'docker-cancelled' });
    expect(results).toEqual([]);
  });
});
