import { expect, onTestFinished, test } from 'vitest';
import { startFakeDocker } from '../fakes/docker-daemon.ts';
import { SHORT_LEASE } from '../parts/age-lease.ts';
import { openFakeSystem, runSimulated } from '../parts/fake-system.ts';
import { logHas } from '../parts/looks.ts';
import { waitFor } from '../parts/wait-for.ts';

/** A lease, a look by whoever finds it over, and a machine that is busy. */
const FOUND = { timeoutMs: 60_000, everyMs: 200 };

test('a host that dies leaves what others serve, keeps what is its alone, and is right at once when it is back', async () => {
  const env = { ...SHORT_LEASE, AUTODOCK_ADDRESS: 'published', AUTODOCK_GUARD_MIN_DELETES: '100' };
  const system = await openFakeSystem({ env: { ...env, AUTODOCK_OWNER: 'stays' } });
  const engine = await startFakeDocker({ id: 'ENGINE:DIES', name: 'dies' });
  onTestFinished(engine.close);
  const dying = await system.another(
    { AUTODOCK_OWNER: 'dies', AUTODOCK_HOST_ADDRESS: '10.2.0.1' },
    engine,
  );
  await dying.waitReady();
  const published = (port: number) => ({
    published: [{ ip: '0.0.0.0', hostPort: port, containerPort: 80 }],
  });
  system.run('both.test', published(1001));
  runSimulated(engine, 'both.test', published(1002));
  runSimulated(engine, 'alone.test', published(1003));
  const both = ['http://127.0.0.1:1001', 'http://10.2.0.1:1002'];
  await system.routes.becomes('both.test', both);
  await system.routes.becomes('alone.test', ['http://10.2.0.1:1003']);

  await dying.end('SIGKILL');

  await waitFor(
    'the dead to leave',
    async () => expect((await system.routes.read('both.test'))?.urls).toEqual([both[0]]),
    FOUND,
  );
  expect((await system.routes.read('alone.test'))?.urls).toEqual(['http://10.2.0.1:1003']);
  await logHas(system.controller, 'A host gives no sign of life: its lease is over');

  await dying.restart();
  await dying.waitReady();
  await system.routes.becomes('both.test', both);
});
