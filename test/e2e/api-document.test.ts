import { expect, onTestFinished, test } from 'vitest';
import type { RoutesAnswer } from '../../src/answers/routes.ts';
import type { StatusAnswer } from '../../src/answers/status.ts';
import { SHORT_LEASE } from '../parts/age-lease.ts';
import { type ApiDocument, readApiDocument } from '../parts/api-document.ts';
import { listenToEvents } from '../parts/event-source.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { waitFor } from '../parts/wait-for.ts';

const READS = ['status', 'routes', 'containers', 'changes', 'plan'] as const;
const MOST_LISTENERS = 32;

/** Every answer that a reader can get now, as described. */
async function allAnswers(document: ApiDocument): Promise<void> {
  for (const what of READS) await document.answers(`/api/v1/${what}`, 200);
}

test('describes all that the API answers, with nothing to do and with everything at once', async () => {
  const { controller, fake, redis, routed, run, another } = await openFakeSystem({
    env: { ...SHORT_LEASE, AUTODOCK_GUARD_MIN_DELETES: '2', AUTODOCK_GUARD_CONFIRM_AFTER: '1h' },
  });
  const document = await readApiDocument(controller.baseUrl);
  expect(document.operations.toSorted()).toEqual([
    'GET /api/v1/changes',
    'GET /api/v1/containers',
    'GET /api/v1/events',
    'GET /api/v1/plan',
    'GET /api/v1/routes',
    'GET /api/v1/status',
    'POST /api/v1/reconcile',
  ]);
  await allAnswers(document);

  const gone = [await routed('gone-1.test'), await routed('gone-2.test')];
  await routed('shop.test');
  await redis.client.rpush('frontend:shop.test', 'http://192.168.1.9:80');
  await redis.client.sadd('dead:shop.test', '0', 'not a slot');
  await redis.client.set('frontend:taken.test', 'not a list');
  run('held.test', { health: 'starting' });
  run('taken.test');
  run('bad/name.test nowhere.test', { labels: { 'autodock.network': 'nowhere' } });
  run('near.test', { env: ['VIRTUAL_HOST=near.test'] });
  const unread = fake.world.create();
  fake.fail('inspect', { kind: 'status', status: 500, message: 'no' }, { id: unread });
  fake.world.start(unread);
  const other = await another({ AUTODOCK_OWNER: 'another' });
  await other.waitReady();
  fake.events.lose(true);
  for (const { id } of gone) fake.world.kill(id);

  await waitFor('everything that can be told', async () => {
    const status = (await document.answers('/api/v1/status', 200)) as StatusAnswer;
    expect(status.guard?.vhosts).toEqual(['gone-1.test', 'gone-2.test']);
    expect(status.faults).toHaveLength(1);
    expect(status.unknown).toHaveLength(1);
    expect(status.otherOwners).toHaveLength(1);
    const { routes } = (await document.answers('/api/v1/routes', 200)) as RoutesAnswer;
    expect(routes.map(({ vhost }) => vhost)).toContain('held.test');
    expect(JSON.stringify(routes)).toMatch(/"dead":\[\{"host":"shop.test","slots":\[0\]/);
  });
  await allAnswers(document);
  await document.answers('/api/v1/reconcile', 202, { method: 'POST' });
});

test('describes what it answers while it cannot look', async () => {
  const { controller, fake, redis } = await openFakeSystem({
    before: (_, { kill }) => kill('SIGKILL'),
    ready: false,
  });
  await waitFor('the server', () => controller.probe('/healthz'));
  const document = await readApiDocument(controller.baseUrl);
  await waitFor('a first failure', async () => {
    const status = (await document.answers('/api/v1/status', 200)) as StatusAnswer;
    expect(status.redis.error).not.toBeNull();
  });
  for (const what of ['routes', 'containers', 'plan']) {
    await document.answers(`/api/v1/${what}`, 503);
  }
  await document.answers('/api/v1/changes', 200);

  await redis.restart();
  await controller.waitReady();
  await fake.shut();
  await document.answers('/api/v1/plan', 503);
  await allAnswers({ ...document, answers: (path) => unlessPlan(document, path) });
});

function unlessPlan(document: ApiDocument, path: string): Promise<unknown> {
  return document.answers(path, path.endsWith('/plan') ? 503 : 200);
}

test('answers every misuse of every path as a problem', async () => {
  const { controller } = await openFakeSystem();
  const document = await readApiDocument(controller.baseUrl);
  const paths = document.operations.map((operation) => operation.split(' ')[1] ?? '');

  for (const path of paths) {
    await document.answers(path, 405, { method: 'DELETE' });
    await document.answers(path, 421, { headers: { host: 'evil.example' } });
  }
  await document.answers('/api/v1/status', 405, { method: 'POST' });
  await document.answers('/api/v1/reconcile', 405);
  const headers = { origin: 'https://evil.example' };
  await document.answers('/api/v1/reconcile', 403, { method: 'POST', headers });
  await document.answers('/api/v1/nothing', 404);
  await document.answers('/api/v2/status', 404);
});

test('tells the present by events, and refuses one listener too many', async () => {
  const { controller, routed } = await openFakeSystem();
  const document = await readApiDocument(controller.baseUrl);
  const listen = async () => {
    const listener = await listenToEvents(controller.baseUrl);
    onTestFinished(listener.close);
    return listener;
  };
  const first = await listen();
  await routed('told.test');
  await waitFor('the change to be told', () => {
    expect(first.last('present')).toMatchObject({ revisions: { changes: 1 } });
  });
  for (const { name, data } of first.events) {
    expect(name).toBe('present');
    document.fits('Present', data);
  }

  const others = await Promise.all(Array.from({ length: MOST_LISTENERS - 1 }, listen));
  expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
  await document.answers('/api/v1/events', 503);
  first.close();
  await waitFor('room for another', async () => expect((await listen()).status).toBe(200));
});
