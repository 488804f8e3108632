import { describe, expect, test } from 'vitest';
import type { Fault } from '../fakes/faults.ts';
import { DOCKER_SILENT, openFakeSystem } from '../parts/fake-system.ts';
import { logHas, metricIs, passesFail, readyIs, statusOf } from '../parts/looks.ts';
import { openHandles } from '../parts/process-cost.ts';
import { staysFor, waitFor } from '../parts/wait-for.ts';

/** Unknown is not empty: what goes wrong with a reply, and what it is called. */
const SPOILED: readonly (readonly [row: string, what: string, Fault, result: string, RegExp])[] = [
  ['D11', 'an empty body', { kind: 'body', body: '' }, 'malformed', /malformed reply/],
  ['D11', 'cut in its text', { kind: 'body', body: '[{"Id":"01' }, 'malformed', /malformed reply/],
  ['D11', 'null', { kind: 'body', body: 'null' }, 'malformed', /malformed reply/],
  ['D11', 'an object', { kind: 'body', body: '{}' }, 'malformed', /malformed reply/],
  ['D11', 'HTML', { kind: 'body', body: '<html></html>' }, 'malformed', /malformed reply/],
  ['D11', 'without ids', { kind: 'body', body: '[{}]' }, 'malformed', /malformed reply/],
  ['D12', 'half a body, then the end', { kind: 'truncate' }, 'unreachable', /aborted|no answer/],
  ['D12', 'half a body, then nothing', { kind: 'stall' }, 'timeout', /no answer within 500 ms/],
  ['D12', 'dripping', { kind: 'drip', everyMs: 40 }, 'timeout', /no answer within 500 ms/],
  ['D12', 'no answer at all', { kind: 'hang' }, 'timeout', /no answer within 500 ms/],
  [
    'D13',
    '403 of a socket proxy',
    { kind: 'status', status: 403, message: 'forbidden' },
    'status',
    /status 403.*must allow GET of .*\/containers\/json/,
  ],
  ['D13', '500', { kind: 'status', status: 500, message: 'oops' }, 'status', /status 500.*oops/],
  ['D13', '503', { kind: 'status', status: 503, message: 'later' }, 'status', /status 503.*later/],
];

describe('D11, D12, D13: a reply that is not a list', () => {
  test.each(SPOILED)('%s: a list that is %s changes nothing and is told', async (...spoiled) => {
    const [, , fault, result, message] = spoiled;
    const env = result === 'timeout' ? DOCKER_SILENT : {};
    const { fake, run, routed, routes, controller } = await openFakeSystem({ env });
    const kept = await routed('kept.test');
    const watch = routes.watch('kept.test');
    const before = openHandles(controller.pid);

    fake.fail('list', fault);
    const late = run('late.test');
    await passesFail(controller, message);
    expect(await routes.read('late.test')).toBeNull();
    expect(
      (await controller.metrics()).value('autodock_docker_requests_total', { result }),
    ).toBeGreaterThan(0);
    fake.heal();

    await routes.becomes('late.test', [late.url]);
    await metricIs(controller, 'autodock_docker_up', 1);
    await watch.stop();
    expect(watch.history('kept.test')).toEqual([['kept.test', kept.url]]);
    await waitFor('what was opened meanwhile to be closed', () => {
      expect(openHandles(controller.pid)).toBeLessThanOrEqual(before + 2);
    });
  });
});

describe('D6, D11: an engine that answers pings and no lists', () => {
  test('is down for as long as that lasts, and the status says since when', async () => {
    const { fake, controller } = await openFakeSystem();
    fake.fail('list', { kind: 'body', body: 'null' });
    await passesFail(controller);

    const since = (await statusOf(controller)).docker.since;
    await staysFor(1_000, async () => {
      expect((await controller.metrics()).value('autodock_docker_up')).toBe(0);
    });
    const { docker } = await statusOf(controller);
    expect(docker).toMatchObject({ up: false, since });
    expect(docker.error).toContain('malformed');
    expect(Date.parse(since)).toBeLessThan(Date.now());
    await logHas(controller, 'Pass failed');
    fake.heal();
    await metricIs(controller, 'autodock_docker_up', 1);
    await readyIs(controller, 200);
  });

  test('D13: a health list that fails routes nobody who may be starting', async () => {
    const { fake, run, routes, controller } = await openFakeSystem();
    fake.fail('health', { kind: 'status', status: 500, message: 'oops' });

    run('unsure.test', { health: 'starting' });

    await passesFail(controller);
    expect(await routes.read('unsure.test')).toBeNull();
  });
});

describe('D14: inspections that hang or fail', () => {
  test.each([
    ['hangs', { kind: 'hang' }],
    ['fails', { kind: 'status', status: 500, message: 'oops' }],
    ['is malformed', { kind: 'body', body: '{"Config":[]}' }],
  ] as const)(
    'of a container whose inspection %s nothing goes and nothing comes, others go on',
    async (_how, fault) => {
      const env = fault.kind === 'hang' ? DOCKER_SILENT : {};
      const { fake, run, routed, routes, controller } = await openFakeSystem({ env });
      const claimed = await routed('claimed.test');
      await controller.end('SIGKILL');

      fake.fail('inspect', fault, { id: claimed.id });
      const other = run('other.test');
      await controller.restart();
      await controller.waitReady();

      await routes.becomes('other.test', [other.url]);
      expect((await routes.read('claimed.test'))?.urls).toEqual([claimed.url]);
      const name = fake.world.containers.get(claimed.id)?.name;
      await waitFor('its name in the status', async () => {
        expect((await statusOf(controller)).unknown).toContain(name);
      });
      fake.heal();
      await waitFor('no name in the status', async () => {
        expect((await statusOf(controller)).unknown).toEqual([]);
      });
      expect((await routes.read('claimed.test'))?.urls).toEqual([claimed.url]);
    },
  );

  test('D14: fifty that hang keep what they have, and a cold start does not wait for them', async () => {
    const { fake, run, routed, routes, controller } = await openFakeSystem();
    const hosts = Array.from({ length: 50 }, (_, index) => `stuck-${index}.test`);
    const stuck = hosts.map((host) => run(host));
    for (const [index, host] of hosts.entries()) {
      await routes.becomes(host, [stuck[index]?.url ?? '']);
    }
    await controller.end('SIGKILL');

    for (const { id } of stuck) fake.fail('inspect', { kind: 'hang' }, { id });
    await controller.restart({ AUTODOCK_DOCKER_TIMEOUT: '4s' });
    await controller.waitReady();

    expect((await statusOf(controller)).unknown).toHaveLength(50);
    for (const [index, host] of hosts.entries()) {
      expect((await routes.read(host))?.urls).toEqual([stuck[index]?.url]);
    }
    // Four at a time are asked, for two seconds each: behind them waits whoever is new.
    fake.heal();
    await routed('after.test');
  });

  test('D14: one line of the list that cannot be read leaves the others alone', async () => {
    const { fake, routed, routes } = await openFakeSystem();
    const first = await routed('first.test');
    await routed('second.test');
    const broken = { Id: first.id, State: 17, Names: null };
    fake.fail('list', { kind: 'body', body: JSON.stringify([broken]) });

    await routes.isGone('second.test');

    expect((await routes.read('first.test'))?.urls).toEqual([first.url]);
  });
});
