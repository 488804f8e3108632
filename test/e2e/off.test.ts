import { expect } from 'vitest';
import type { StatusAnswer } from '../../src/answers/status.ts';
import { refusedUrl } from '../parts/backend.ts';
import { startCommand } from '../parts/controller.ts';
import { frontAnswers, type System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest();

const start = ({ options, front }: System, ...args: readonly string[]) => {
  const env = { ...options.env, AUTODOCK_FRONT_ADDRESSES: `127.0.0.1:${front.port}` };
  return startCommand({ ...options, env }, ...args);
};

const command = (system: System, ...args: readonly string[]) => start(system, ...args).ended;

test('a host that is off is answered by the fronts, also over a restart, is told of, and keeps its list as it is', async ({
  system,
}) => {
  const host = system.host('shop');
  const container = await system.run(host, { env: { NAME: 'shop' } });
  const foreign = 'http://192.0.2.7:80';
  await system.routes.becomes(host, [await system.url(container)]);
  await system.redis.client.rpush(`frontend:${host}`, foreign);
  const before = await system.routes.read(host);

  expect(await command(system, 'off', host.toUpperCase(), '--text', 'Back at 5')).toMatchObject({
    code: 0,
  });
  expect((await frontAnswers(system, host, 503)).body).toContain('Back at 5');
  await system.controller.restart();
  await system.controller.waitReady();
  await waitFor('the status to tell', async () => {
    const { off } = await system.controller.api<StatusAnswer>('status');
    expect(off).toMatchObject([{ vhost: host, text: 'Back at 5', by: expect.stringMatching(/@/) }]);
  });
  const { stdout } = await command(system, 'explain', host);
  expect(stdout).toMatch(/503 Service Unavailable[\s\S]*taken off by/);
  expect(await system.routes.read(host)).toEqual(before);

  expect((await command(system, 'on', host)).stdout).toContain('is on again');
  await frontAnswers(system, host, 200, 'shop 80');
  await waitFor('the status to tell no more', async () => {
    expect((await system.controller.api<StatusAnswer>('status')).off).toEqual([]);
  });
});

test('wait returns once a host answers through the front', async ({ system }) => {
  const host = system.host('late');
  const waiting = command(system, 'wait', host);
  await system.run(host);

  expect(await waiting).toMatchObject({ code: 0, stdout: expect.stringContaining('is routed') });
  // The other worker may hear of it a moment later.
  await frontAnswers(system, host, 200);
});

test('wait goes on where Redis is away for a moment, and says so', async ({ system }) => {
  const host = system.host('away');
  await system.run(host);
  await frontAnswers(system, host, 200);
  system.redis.kill('SIGKILL');

  const waiting = start(system, 'wait', host);
  await waitFor('it to say so', () => expect(waiting.said()).toContain('Waiting: Redis at'));
  await system.redis.restart();

  expect(await waiting.ended).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('is routed'),
  });
});

test('wait ends with the reason when its time is over', async ({ system }) => {
  const host = system.host('wrong');
  await system.run(host, { env: { VIRTUALHOST: host, PORT: '81' } });

  // Of a front that a busy machine makes late, it says that instead.
  await waitFor('it to say what the front answers', async () => {
    const { code, stderr } = await command(system, 'wait', host, '--timeout', '1s');
    expect(code).toBe(1);
    expect(stderr).toMatch(/does not answer after 1 s .* answers 404.*404: No frontend answers/);
  });
});

test('wait ends with what the front noted of a backend', async ({ system }) => {
  const host = system.host('silent');
  const url = await refusedUrl();
  await system.redis.client.rpush(`frontend:${host}`, host, url);

  await waitFor('it to say so', async () => {
    const { code, stderr } = await command(system, 'wait', host, '--timeout', '1s');
    const noted = expect.stringContaining(`${url} did not answer got 502: nothing listens there`);
    expect([code, stderr]).toEqual([1, noted]);
  });
});

test('off and on of a wildcard tell which hosts are meant', async ({ system }) => {
  const wildcard = `*.${system.host('wild')}`;

  const { stdout } = await command(system, 'off', wildcard);

  expect(stdout).toContain('fronts answer 503 for the hosts that its list answers for.');
  expect((await command(system, 'on', wildcard)).stdout).toContain('is on again');
});
