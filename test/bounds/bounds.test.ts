import { expect, test } from 'vitest';
import type { Fault } from '../fakes/faults.ts';
import { type FakeSystem, openFakeSystem } from '../parts/fake-system.ts';
import { waitFor } from '../parts/wait-for.ts';
import { ask, type Holding, PROBED } from './probe.ts';

const SETTINGS = {
  ...PROBED,
  AUTODOCK_RESYNC_INTERVAL: '10m',
  AUTODOCK_RECONCILE_MIN_INTERVAL: '1ms',
  AUTODOCK_GUARD_MAX_DELETE_PERCENT: '100',
};
/** What a heap may differ by between two collections of a process that holds the same. */
const HEAP_SLACK_MIB = 8;
/** Pages that the allocator keeps though nothing is in them. */
const RESIDENT_SLACK_MIB = 48;
/** Settle passes go on for ten seconds after the last event; their timer is one. */
const PATIENCE = { timeoutMs: 60_000, everyMs: 500 };
const BATCH = 500;

const FAILURES: readonly Fault[] = [
  { kind: 'status', status: 500, message: 'broken' },
  { kind: 'body', body: '{}' },
  { kind: 'truncate' },
  { kind: 'cut' },
];

test('100,000 events, 1,000 failed passes and 10,000 containers leave no memory, handle or timer behind', async () => {
  const system = await openFakeSystem({ env: SETTINGS });
  const { controller } = system;
  // Once through everything, so that what is made at first use is there.
  await failPasses(system, 50);
  await comeAndGo(system, 2 * BATCH);
  await sendEvents(system, 5_000);
  const before = await quiet(system);

  await failPasses(system, 1_000);
  const afterFailures = await returned(system, before);
  await comeAndGo(system, 10_000);
  const afterContainers = await returned(system, before);
  await sendEvents(system, 100_000);
  const afterEvents = await returned(system, before);

  const row = ({ heapMib, residentMib, files }: Holding) =>
    `${heapMib.toFixed(1)} MiB of heap, ${Math.round(residentMib)} MiB resident, ${files} files`;
  console.log(
    `before: ${row(before)}\nafter 1,000 failed passes: ${row(afterFailures)}\n` +
      `after 10,000 containers: ${row(afterContainers)}\nafter 100,000 events: ${row(afterEvents)}`,
  );
  expect((await controller.probe('/readyz')).status).toBe(200);
});

/** Two answers one after the other that are the same, once the settle passes are over. */
async function quiet({ controller }: FakeSystem): Promise<Holding> {
  const passes = async () => (await controller.metrics()).value('autodock_reconcile_total');
  let last = -1;
  await waitFor(
    'the settle passes to be over',
    async () => {
      const now = await passes();
      const isQuiet = now === last;
      last = now;
      if (!isQuiet) throw new Error(`${now} passes`);
    },
    { timeoutMs: 60_000, everyMs: 2_500 },
  );
  return ask(controller);
}

/** Waits until a controller holds what it held before. */
function returned({ controller }: FakeSystem, before: Holding): Promise<Holding> {
  return waitFor(
    'the controller to hold what it held before',
    async () => {
      const now = await ask(controller);
      const more = Object.entries(now.resources).filter(
        ([kind, count]) => count > (before.resources[kind] ?? 0),
      );
      expect(more).toEqual([]);
      expect(now.files).toBeLessThanOrEqual(before.files);
      expect(now.heapMib).toBeLessThan(before.heapMib + HEAP_SLACK_MIB);
      expect(now.residentMib).toBeLessThan(before.residentMib + RESIDENT_SLACK_MIB);
      return now;
    },
    PATIENCE,
  );
}

async function failPasses({ fake, controller }: FakeSystem, times: number): Promise<void> {
  const failed = async () =>
    (await controller.metrics()).value('autodock_reconcile_total', { result: 'failed' });
  const each = Math.ceil(times / FAILURES.length);
  for (const fault of FAILURES) {
    const enough = (await failed()) + each;
    fake.fail('list', fault);
    while ((await failed()) < enough) {
      for (let asked = 0; asked < 10; asked += 1) await controller.reconcile();
    }
    fake.heal();
  }
  await routed({ fake, controller }, 0);
}

async function comeAndGo(system: FakeSystem, times: number): Promise<void> {
  system.fake.events.lose(true);
  for (let batch = 0; batch < times / BATCH; batch += 1) {
    const ids = Array.from(
      { length: BATCH },
      (_, n) => system.run(`c${batch}-${n}.local`, { name: `c${batch}-${n}` }).id,
    );
    await routed(system, BATCH);
    for (const id of ids) system.fake.world.remove(id);
    await routed(system, 0);
  }
  system.fake.events.lose(false);
}

/** Asks for passes until so many containers are routed. */
async function routed(
  { controller }: Pick<FakeSystem, 'fake' | 'controller'>,
  wanted: number,
): Promise<void> {
  await waitFor(`${wanted} containers to be routed`, async () => {
    await controller.reconcile();
    const metrics = await controller.metrics();
    expect(metrics.value('autodock_containers', { verdict: 'routed' })).toBe(wanted);
  });
}

async function sendEvents({ fake, controller }: FakeSystem, times: number): Promise<void> {
  const heard = async () =>
    (await controller.metrics()).value('autodock_docker_events_total', { action: 'update' });
  const enough = (await heard()) + times;
  const line = `${JSON.stringify({ Type: 'container', Action: 'update', Actor: { ID: 'x', Attributes: {} } })}\n`;
  for (let sent = 0; sent < times; sent += 1_000) {
    fake.events.emitRaw(line.repeat(1_000));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await waitFor('all events to be heard', async () => expect(await heard()).toBe(enough));
}
