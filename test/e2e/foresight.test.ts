import { expect, test } from 'vitest';
import { openFakeSystem } from '../parts/fake-system.ts';
import { waitFor } from '../parts/wait-for.ts';

test('a container is inspected when it is created, and not again when it starts', async () => {
  const { fake, routes } = await openFakeSystem();
  let inspections = 0;
  fake.onRequest((asked) => {
    if (asked === 'inspect') inspections += 1;
  });

  const id = fake.world.create({ env: ['VIRTUALHOST=soon.test'], ipv4: '172.17.0.77' });
  await waitFor('its inspection', () => expect(inspections).toBe(1));
  fake.world.start(id);

  await routes.becomes('soon.test', ['http://172.17.0.77:80']);
  expect(inspections).toBe(1);
});
