import { expect, test } from 'vitest';
import { SHORT_LEASE } from '../parts/age-lease.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { waitFor } from '../parts/wait-for.ts';

test('an engine that is away ends no lease: signs of life follow long after the last pass', async () => {
  const system = await openFakeSystem({ env: SHORT_LEASE });
  const { client } = system.redis;
  const { url } = await system.routed('kept.test');
  await system.fake.shut();

  await waitFor(
    'a sign that is no pass',
    async () => {
      const [owner = '', passedAt] = await client.zrange('autodock:owners', '0', '0', 'WITHSCORES');
      const text = (await client.get(`autodock:engine:${owner}`)) ?? '';
      const { at } = JSON.parse(text) as { readonly at: number };
      expect(at - Number(passedAt)).toBeGreaterThan(5_000);
    },
    { timeoutMs: 90_000, everyMs: 200 },
  );

  expect(await system.routes.read('kept.test')).toMatchObject({ urls: [url] });
});
