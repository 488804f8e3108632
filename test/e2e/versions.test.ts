import { expect } from 'vitest';
import { frontAnswers, type System, verdictOf } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest();

const labels = (version: string) => ({
  'autodock.versions': 'newest',
  'com.docker.compose.config-hash': version,
});

const run = (system: System, host: string, version: string) =>
  system.run(host, { env: { NAME: version }, labels: labels(version) });

test('requests go to the old version until the new one is complete, then to the new one alone, by one write', async ({
  system,
}) => {
  const host = system.host('shop');
  const old = [await run(system, host, 'v1'), await run(system, host, 'v1')];
  const oldUrls = await Promise.all(old.map((one) => system.url(one)));
  await system.routes.becomes(host, oldUrls);
  const watch = system.routes.watch(host);

  const first = await run(system, host, 'v2');
  const { rejections } = await verdictOf(system, first, 'starting');
  expect(rejections[0]?.detail).toContain('1 of 2 containers can be routed');
  await frontAnswers(system, host, 200, 'v1 80');
  await system.controller.restart();
  await system.controller.waitReady();
  const second = await run(system, host, 'v2');
  const newUrls = [await system.url(first), await system.url(second)];
  await system.routes.becomes(host, newUrls);

  await verdictOf(system, old[0] ?? first, 'older-version');
  await frontAnswers(system, host, 200, 'v2 80');
  for (const one of old) await one.kill();
  await waitFor('the old ones to be gone', async () => {
    const told = await system.controller.api<{ containers: readonly { id: string }[] }>(
      'containers',
    );
    expect(told.containers.map(({ id }) => id)).not.toContain(old[0]?.id);
  });
  await watch.stop();
  const isMixed = (urls: readonly string[] | null) =>
    newUrls.some((url) => urls?.includes(url)) && oldUrls.some((url) => urls?.includes(url));
  expect(watch.history(host).filter(isMixed)).toEqual([]);
  expect(watch.history(host).filter((urls) => urls === null || urls.length === 0)).toEqual([]);
});
