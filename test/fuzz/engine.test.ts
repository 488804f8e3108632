import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StatusAnswer } from '../../src/answers/status.ts';
import type { DockerRequestKind } from '../fakes/docker-path.ts';
import { anyJson, anyText, runs } from '../parts/arbitraries.ts';
import { residentMib } from '../parts/controller.ts';
import { type FakeSystem, openFakeSystem } from '../parts/fake-system.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

const MEMORY_SLACK_MIB = 96;

/** Everything in Redis but the owner's score and record and the time of the index, which each pass writes. */
async function written({ redis }: FakeSystem): Promise<string> {
  const isOfEachPass = (key: string) =>
    ['autodock:owners', 'autodock:index'].includes(key) || key.startsWith('autodock:engine:');
  const keys = (await redis.client.keys('*')).filter((key) => !isOfEachPass(key)).sort();
  const dumps = await Promise.all(keys.map((key) => redis.client.dumpBuffer(key)));
  return JSON.stringify(keys.map((key, n) => [key, dumps[n]?.toString('hex')]));
}

async function onePass({ controller }: FakeSystem): Promise<void> {
  const passes = async () => (await controller.api<StatusAnswer>('status')).passes;
  const before = await passes();
  await controller.reconcile();
  await waitFor('a pass', async () => expect(await passes()).toBeGreaterThan(before));
}

/** No list of containers with ids, so that a controller must not take it for one. */
const noList = fc.oneof(
  anyText,
  anyJson.filter((json) => !Array.isArray(json)).map((json) => JSON.stringify(json)),
  fc.array(anyJson, { minLength: 1 }).map((items) => JSON.stringify(items)),
);
const answer = fc.record({
  kind: fc.constantFrom<DockerRequestKind>('list', 'health', 'inspect', 'version', 'info'),
  body: noList,
  events: fc.array(
    fc.oneof(
      anyText,
      anyJson.map((json) => JSON.stringify(json)),
    ),
  ),
});

test('whatever an engine answers, the controller writes nothing, lives, and is right when it answers well', async () => {
  const system = await openFakeSystem();
  const { fake, routes, controller } = system;
  const { url } = system.run('stays.local');
  await routes.becomes('stays.local', [url]);
  // What its container is called is written behind the passes.
  await waitUntil('the names to be written', async () => {
    return (await system.redis.client.keys('autodock:names:*')).length > 0;
  });
  const before = await written(system);
  const { pid } = controller;
  const memory = residentMib(pid);

  await fc.assert(
    fc.asyncProperty(answer, async ({ kind, body, events }) => {
      fake.fail(kind, { kind: 'body', body });
      for (const line of events) fake.events.emitRaw(`${line}\n`);
      // The session is made anew with the stream.
      if (kind === 'version' || kind === 'info') fake.events.cut('reset');
      await onePass(system);
      fake.heal();
      expect(await written(system)).toBe(before);
      expect((await controller.probe('/healthz')).status).toBe(200);
    }),
    runs(60),
  );

  const { url: next } = system.run('next.local');
  await routes.becomes('next.local', [next]);
  expect(controller.pid).toBe(pid);
  // A leak of a reply each would show; what the allocator keeps does not reach this.
  expect(residentMib(pid)).toBeLessThan(memory + MEMORY_SLACK_MIB);
  console.log(
    `controller: ${Math.round(memory)} MiB before, ${Math.round(residentMib(pid))} after`,
  );
});
