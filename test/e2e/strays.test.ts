import { describe, expect } from 'vitest';
import type { StatusAnswer } from '../../src/answers/status.ts';
import { runCommand, WITH_RESYNC } from '../parts/controller.ts';
import { frontAnswers, type System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest({ env: WITH_RESYNC });

/** Those of which the controller tells, of one host. */
async function straysOf({ controller }: System, host: string) {
  const { strays } = await controller.api<StatusAnswer>('status');
  return strays.filter(({ vhost }) => vhost === host);
}

async function adviceOn({ options }: System, host: string): Promise<readonly string[]> {
  const { stdout } = await runCommand(options, 'explain', '--as', 'host', host, '--json');
  return (JSON.parse(stdout) as { readonly advice: readonly string[] }).advice;
}

describe('a backend without a claim, at the address of a container that asks for another host', () => {
  test('is taken back where the index says who wrote it', async ({ system }) => {
    const { client } = system.redis;
    const [lost, shop] = [system.host('lost'), system.host('shop')];
    const gone = await system.run(lost);
    const stranger = await system.run(shop);
    await system.routes.becomes(lost, [await system.url(gone)]);
    await system.controller.end('SIGKILL');
    const [owner = ''] = await client.zrange('autodock:owners', '0', '-1');
    // What an eviction takes; and the address of a container that has ended is dealt to another one.
    await client.del(`autodock:owner:${owner}`);
    await gone.remove();
    await client.lset(`frontend:${lost}`, 1, await system.url(stranger));
    await frontAnswers(system, lost, 200, stranger.answer());

    await system.controller.restart();

    await frontAnswers(system, lost, 404);
    await frontAnswers(system, shop, 200, stranger.answer());
    await waitFor('the index to name nobody there', async () =>
      expect(await client.smembers(`autodock:claims:${lost}`)).toEqual([]),
    );
    expect(await straysOf(system, lost)).toEqual([]);
  });

  test('of others is told with the command that takes it away, and left', async ({ system }) => {
    const [lost, shop, silent] = ['other', 'web', 'silent'].map(system.host);
    if (lost === undefined || shop === undefined || silent === undefined) throw new Error('three');
    const stranger = await system.run(shop);
    const url = await system.url(stranger);
    const address = await stranger.address();
    const { client } = system.redis;
    await client.rpush(`frontend:${lost}`, 'id', url);
    // Whoever asks for nothing may have been routed by hand.
    const byHand = await system.run(null);
    await client.rpush(`frontend:${silent}`, 'id', await system.url(byHand));

    const remedy = `hipachectl delete ID '${lost}' -i ${address} -p 80`;
    await waitFor('the controller to tell', async () =>
      expect(await straysOf(system, lost)).toEqual([
        { vhost: lost, url, container: stranger.name, remedy },
      ]),
    );
    expect((await system.controller.metrics()).value('autodock_strays')).toBeGreaterThanOrEqual(1);
    expect(await straysOf(system, silent)).toEqual([]);
    expect(await adviceOn(system, lost)).toEqual([
      `Nobody claims ${url}, and ${stranger.name} has its address and asks for other hosts: ${remedy}`,
    ]);
    expect(await adviceOn(system, silent)).toEqual([]);
    await frontAnswers(system, lost, 200, stranger.answer());
  });
});
