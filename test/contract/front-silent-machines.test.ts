import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { request, startFront } from '../parts/front.ts';
import { own, seen, useFront } from '../parts/front-fixture.ts';
import { startMachine } from '../parts/machine.ts';
import { waitFor } from '../parts/wait-for.ts';

const REQUESTS = 12;
const PATIENCE_MS = 1_000;
const rig = useFront({
  backends: 1,
  // Long enough for others to find out meanwhile, on a busy machine, too.
  env: { FRONT_CONNECT_TIMEOUT: '6s', FRONT_HOLD: '30s', FRONT_WORKERS: '1' },
});

test('where machines die together, a request waits for one of them, and goes on to one that lives', async () => {
  const machines = [
    await own(startMachine({ name: 'far1', keeps: false })),
    await own(startMachine({ name: 'far2', keeps: false })),
  ];
  await rig.route('a.com', ...machines.map(({ url }) => url), rig.url(1));
  await waitFor('all to be proven', async () =>
    expect(Object.keys(await rig.answers('a.com', 9))).toHaveLength(3),
  );
  await Promise.all(machines.map(({ pull }) => pull()));

  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, () => rig.answerer('a.com', '/together')),
  );
  expect(answers).toEqual(Array(REQUESTS).fill('B1'));
  const tried = await waitFor('the log', async () => {
    const lines = (await rig.front.log()).split('\n').filter((line) => /^{.*\/together/.test(line));
    expect(lines).toHaveLength(REQUESTS);
    return lines.map((line) => (JSON.parse(line) as { readonly backend: string }).backend);
  });
  expect(
    tried
      .map((backends) => backends.split(', ').length)
      .sort()
      .at(-1),
  ).toBe(2);
});

test('who comes while a machine accepts no connection is sent elsewhere, long before its time is over', async () => {
  const { url, pull } = await own(startMachine({ keeps: false, isNeighbourKept: true }));
  const env = {
    FRONT_CONNECT_TIMEOUT: '30m',
    FRONT_READ_TIMEOUT: '1h',
    FRONT_HOLD: '30s',
    FRONT_WORKERS: '1',
  };
  const front = await startFront({ redisSocket: rig.redis.socket, env });
  onTestFinished(() => front.stop());
  await rig.route('a.com', url, rig.url(1));
  const answerer = async () => seen((await request(front.port, 'a.com', '/')).body).backend;
  await waitFor('it to have its turn', async () => expect(await answerer()).toBe('far'));

  await pull();
  await waitFor('twenty answers in a row', async () => {
    for (let i = 0; i < 20; i += 1) {
      expect(await Promise.race([answerer(), sleep(PATIENCE_MS, 'none yet')])).toBe('B1');
    }
  });
});
