import { expect, test } from 'vitest';
import { useFront } from '../parts/front-fixture.ts';
import { workersOf } from '../parts/front-processes.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 0, env: { FRONT_WORKERS: '1' } });

test('a reload leaves it hearing of changes, and saying so', async () => {
  const before = await workersOf(rig.front);
  process.kill(rig.front.pid, 'SIGHUP');
  await waitFor('the old worker to be gone', async () => {
    const now = await workersOf(rig.front);
    expect(now.filter((pid) => before.includes(pid))).toEqual([]);
  });
  await waitFor('changes to be heard', async () =>
    expect(await rig.front.status()).toMatchObject({ tracking: true }),
  );
});
