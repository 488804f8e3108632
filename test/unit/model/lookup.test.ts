import { expect, test } from 'vitest';
import { lookupOrder } from '../../../src/model/lookup.ts';

test.each([
  ['localhost', ['localhost', '*']],
  ['a.b', ['a.b', '*.b', '*']],
  ['a.b.c', ['a.b.c', '*.b.c', '*.c', '*']],
  ['z.b.c.d.e.f', ['z.b.c.d.e.f', '*.b.c.d.e.f', '*.c.d.e.f', '*.d.e.f', '*.e.f', '*.f', '*']],
  [
    'x.y.a.b.c.d.e.f',
    ['x.y.a.b.c.d.e.f', '*.b.c.d.e.f', '*.c.d.e.f', '*.d.e.f', '*.e.f', '*.f', '*'],
  ],
])('%s is looked up as hipache does, with at most five labels after the star', (host, order) => {
  expect(lookupOrder(host)).toEqual(order);
});
