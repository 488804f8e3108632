import { expect, test } from 'vitest';
import { heldWithoutAddresses } from '../../../src/desire/held.ts';
import type { Claim } from '../../../src/model/frontend.ts';

const claim = (backends: Readonly<Record<string, readonly string[]>>): Claim => ({
  backends: new Map(Object.entries(backends)),
  heldSince: null,
});

test('what is claimed is held, but for what is reached at the host itself', () => {
  const claims = new Map<string, Claim>([
    ['b.test', claim({ 'http://172.17.0.2:80': ['one'] })],
    ['a.test', claim({ 'http://127.0.0.1:8080': ['two', 'two'], 'http://172.17.0.3:80': ['one'] })],
    ['c.test', { backends: new Map(), heldSince: 7 }],
    ['NOT OURS', claim({ 'http://172.17.0.4:80': ['one'] })],
  ]);
  expect([...heldWithoutAddresses(claims, '127.0.0.1').values()]).toEqual([
    {
      vhost: 'a.test',
      identifier: 'a.test',
      backends: [{ url: 'http://127.0.0.1:8080', ids: ['two', 'two'] }],
    },
    { vhost: 'b.test', identifier: 'b.test', backends: [] },
    { vhost: 'c.test', identifier: 'c.test', backends: [] },
  ]);
});
