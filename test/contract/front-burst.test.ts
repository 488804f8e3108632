import { expect, onTestFinished, test } from 'vitest';
import { startBackend } from '../parts/backend.ts';
import { useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({
  backends: 1,
  env: {
    ...{ FRONT_WORKERS: '1', FRONT_ACCESS_LOG: 'off' },
    // No mark is over before all are counted.
    FRONT_DEAD_TTL: '3600',
  },
});

/** Three of four are refused first: more than the 256 timers that nginx runs at once by default. */
const HOSTS = Array.from({ length: 600 }, (_, index) => `h${index}.test`);

test('a burst of failures while Redis stands still costs no lookup and no mark afterwards', async () => {
  const dying = await startBackend('dying');
  onTestFinished(() => dying.close());
  for (const host of HOSTS) await rig.route(host, dying.url, dying.url, dying.url, rig.url(1));
  await waitFor('changes to be heard', async () =>
    expect(await rig.front.status()).toMatchObject({ tracking: true }),
  );
  for (const host of HOSTS) await rig.answerer(host);
  await dying.close();

  rig.redis.kill('SIGSTOP');
  await Promise.all(HOSTS.map(async (host) => expect(await rig.answerer(host)).toBe('B1')));
  rig.redis.kill('SIGCONT');

  await waitFor('a lookup', async () => expect(await rig.answerer('nobody.test')).toBe(404));
  for (let n = 0; n < 3; n += 1) expect(await rig.answerer(`nobody-${n}.test`)).toBe(404);
  await waitFor('every mark', async () => {
    for (const host of HOSTS) expect(await rig.answerer(host)).toBe('B1');
    expect((await rig.redis.client.keys('dead:*')).length).toBe(HOSTS.length);
  });
  expect(await rig.front.log()).not.toContain('lua_max_running_timers');
});
