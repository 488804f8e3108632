import { expect } from 'vitest';
import { runCommand, startCommand } from '../parts/controller.ts';
import { type FrontAnswer, request, startFront } from '../parts/front.ts';
import { SLOW_SERVER } from '../parts/slow-server.ts';
import { frontAnswers, type System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest();

const drain = ({ options }: System, ...args: readonly string[]) =>
  runCommand(options, 'drain', ...args);

/** A container that is asked for something slow through the front. */
async function asked(system: System, name: string) {
  const host = system.host(name);
  const container = await system.run(host, { command: SLOW_SERVER });
  const url = await system.url(container);
  await frontAnswers(system, host, 200, 'here');
  const id = container.id.slice(0, 12);
  await waitFor('it to be published', async () => {
    const keys = await system.redis.client.keys('autodock:names:*');
    expect(await system.redis.client.hexists(keys[0] ?? '', id)).toBe(1);
  });
  const answer: Promise<FrontAnswer> = system.get(host, '/cgi-bin/slow');
  await waitFor('it to be asked', async () => {
    expect(await (await fetch(`${url}/cgi-bin/asked`)).text()).toContain('asked');
  });
  return { host, container, url, id, answer };
}

test('drain --wait returns when what was on its way has ended, and then the container may be killed', async ({
  system,
}) => {
  const { host, container, url, id, answer } = await asked(system, 'wait');
  const waiting = startCommand(system.options, 'drain', id, '--wait');
  await frontAnswers(system, host, 503);
  await waitFor('it to tell what it waits for', () =>
    expect(waiting.said()).toContain('1 request and 0 WebSockets at 1 front'),
  );
  expect(waiting.said()).not.toContain('Done');

  await fetch(`${url}/cgi-bin/go`);
  expect(await waiting.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Done') });
  await container.kill();
  expect(await answer).toMatchObject({ status: 200, body: 'slow' });
});

test('drain --wait goes on where Redis is away for a moment, and says so', async ({ system }) => {
  const { container, url, id, answer } = await asked(system, 'away');
  const waiting = startCommand(system.options, 'drain', id, '--wait');
  const under = '1 request and 0 WebSockets at 1 front';
  await waitFor('it to tell what it waits for', () => expect(waiting.said()).toContain(under));
  await system.redis.client.save();
  system.redis.kill('SIGKILL');
  await waitFor('it to say so', () => expect(waiting.said()).toContain('Waiting: Redis at'));
  await system.redis.restart();
  await waitFor('it to tell what it waits for again', () =>
    expect(waiting.said().split('Waiting: Redis at').at(-1)).toContain(under),
  );

  await fetch(`${url}/cgi-bin/go`);
  expect(await waiting.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Done') });
  await container.kill();
  expect(await answer).toMatchObject({ status: 200, body: 'slow' });
});

test('drain --wait asks every front that is alive, and says what was left when its time is over', async ({
  system,
}) => {
  const other = await startFront({ redisSocket: system.redis.socket });
  const { host, url, id, answer } = await asked(system, 'left');
  await waitFor('both to be there', async () => {
    expect(await system.redis.client.zcard('autodock:fronts')).toBe(2);
  });
  const atOther = request(other.port, host, '/cgi-bin/slow');
  await waitFor('it to be asked by both', async () => {
    expect(await (await fetch(`${url}/cgi-bin/asked`)).text()).toMatch(/(asked\n){2}/);
  });

  // On a busy machine its controller may be late, or a front for a moment: what is said then is not what is asked here.
  await waitFor('it to say what is left at both', async () => {
    const end = await drain(system, id, '--wait', '--timeout', '1s');
    expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining('after 1 s: ') });
    expect(end.stderr).toContain('2 requests and 0 WebSockets at 2 fronts; it stays drained');
  });

  await fetch(`${url}/cgi-bin/go`);
  expect(await Promise.all([answer, atOther])).toMatchObject([{ status: 200 }, { status: 200 }]);
  expect(await drain(system, id, '--wait')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Done'),
  });
  await other.stop();
});

test('drain --timeout without --wait is refused, and drains nothing', async ({ system }) => {
  const host = system.host('unwaited');
  const id = (await system.run(host)).id.slice(0, 12);
  await frontAnswers(system, host, 200);

  expect(await drain(system, id, '--timeout', '1s')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('write --wait, too'),
  });
  for (const key of await system.redis.client.keys('autodock:drain:*')) {
    expect(await system.redis.client.hkeys(key)).not.toContain(id);
  }
});
