import { expect } from 'vitest';
import { request } from '../parts/front.ts';
import { monitorRedis } from '../parts/redis-monitor.ts';
import { systemTest } from '../parts/system-test.ts';
import { startTraffic } from '../parts/traffic.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest();
const PER_SECOND = 50;

test('a Redis that comes up empty before its controller is there costs no request', async ({
  system,
}) => {
  const { controller, front, redis } = system;
  const [stays, ends] = [system.host('stays'), system.host('ends')];
  const [staying, ending] = [await system.run(stays), await system.run(ends)];
  for (const [host, container] of [
    [stays, staying],
    [ends, ending],
  ] as const) {
    await system.routes.becomes(host, [await system.url(container)]);
    await waitFor('an answer', async () => expect((await system.get(host)).status).toBe(200));
  }
  const { seen, answered, close } = await monitorRedis(redis.socket);
  await waitFor('the front to know the owner', () =>
    expect(seen.map(({ words }) => words.join(' '))).toContain('zrange autodock:owners 0 -1'),
  );
  await answered();
  close();
  const goesOn = async () =>
    (await request(front.statusPort, 'localhost', '/healthz')).body.includes('were');
  const traffic = startTraffic(
    { port: front.port, host: stays, perSecond: PER_SECOND, postPath: null },
    'empty',
  );

  controller.signal('SIGSTOP');
  await redis.restart();
  await waitFor('the front to say so', async () => expect(await goesOn()).toBe(true));
  for (let n = 0; n < 20; n += 1) expect((await system.get(stays)).status).toBe(200);
  expect(await redis.client.exists(`frontend:${stays}`)).toBe(0);
  await ending.remove();
  controller.signal('SIGCONT');
  await system.routes.becomes(stays, [await system.url(staying)]);
  await waitFor('its end', async () => expect(await goesOn()).toBe(false));

  const [phase] = await traffic.stop();
  expect(phase?.lost).toEqual([]);
  expect(phase?.requests).toBeGreaterThan(20);
  expect((await system.get(ends)).status, 'its controller did not write it anew').toBe(404);
});
