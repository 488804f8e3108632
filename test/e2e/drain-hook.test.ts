import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { openProject } from '../parts/compose.ts';
import { SCOPE_LABEL } from '../parts/docker.ts';
import { newCompose } from '../parts/new-compose.ts';
import { SLOW_SERVER } from '../parts/slow-server.ts';
import { frontAnswers, type System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest();
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
/** As the documentation has it, with the programs where they are mounted. */
const hook = (timeout: string) =>
  `/node /autodock/main.js drain "$$(busybox hostname)" --wait --timeout ${timeout} || true`;

/** A project whose only container has that hook, and a request on its way to it. */
async function openHooked(system: System, timeout: string) {
  const host = system.host('hook');
  const service = {
    command: SLOW_SERVER.map((word) => word.replaceAll('$', '$$$$')),
    environment: { VIRTUALHOST: host, AUTODOCK_REDIS_URL: 'unix:///redis/redis.sock' },
    volumes: [
      ...[`${process.execPath}:/node:ro`, '/lib:/lib:ro', '/lib64:/lib64:ro'],
      ...[`${DIST}:/autodock:ro`, `${dirname(system.redis.socket)}:/redis`],
    ],
    labels: { [SCOPE_LABEL]: system.docker.scope },
    pre_stop: [{ command: ['sh', '-c', hook(timeout)] }],
    stop_grace_period: '0s',
  };
  const program = await newCompose();
  const project = await openProject(system.docker, { shop: service }, program);
  onTestFinished(() => project.close());
  await project.compose('up', '--detach');
  await frontAnswers(system, host, 200, 'here');
  const container = system.docker.engine.getContainer(`${project.name}-shop-1`);
  const [url = ''] = (await system.routes.read(host))?.urls ?? [];
  const answer = system.get(host, '/cgi-bin/slow');
  await waitFor('it to be asked', async () => {
    expect(await (await fetch(`${url}/cgi-bin/asked`)).text()).toContain('asked');
  });
  const isUp = async () => (await container.inspect()).State.Running;
  return { host, project, url, answer, isUp };
}

test('a container that Compose stops drains itself by a hook, and gets its signal when nothing is on its way', async ({
  system,
}) => {
  const { host, project, url, answer, isUp } = await openHooked(system, '60s');

  const stopped = project.compose('stop');
  await frontAnswers(system, host, 503);
  const drains = await system.redis.client.keys('autodock:drain:*');
  expect(drains).toHaveLength(1);
  expect(await isUp()).toBe(true);
  await fetch(`${url}/cgi-bin/go`);

  expect(await answer).toMatchObject({ status: 200, body: 'slow' });
  await stopped;
  expect(await isUp()).toBe(false);
});

test('a container whose hook waited in vain is stopped all the same', async ({ system }) => {
  const { project, answer, isUp } = await openHooked(system, '1s');

  await project.compose('stop');

  expect(await isUp()).toBe(false);
  expect((await answer).status).not.toBe(200);
});
