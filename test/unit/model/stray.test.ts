import { expect, test } from 'vitest';
import type { ObservedFrontend } from '../../../src/model/frontend.ts';
import { addressBook, straysIn } from '../../../src/model/stray.ts';
import type { Workload } from '../../../src/model/workload.ts';
import { container, desire, idOf } from '../desire/containers.ts';

const ADDRESS = 'http://172.17.0.1:80';
const LOST: ObservedFrontend = {
  vhost: 'lost.test',
  list: { kind: 'list', identifier: 'id', entries: [ADDRESS] },
  claims: new Map(),
};
const asking = (host: string): Workload => container(1, { env: { VIRTUALHOST: host } });
const strays = (containers: readonly Workload[], frontend = LOST) =>
  straysIn(frontend, addressBook(containers, desire(containers).verdicts));

test('a backend that nobody claims is a stray at the address of who asks for another host', () => {
  const told = [{ vhost: 'lost.test', url: ADDRESS, container: 'c1' }];
  expect(strays([asking('shop.test')])).toEqual(told);
  expect(strays([container(1, { env: { VIRTUALHOST: 'shop.test' }, state: 'paused' })])).toEqual(
    told,
  );
});

test('it is none where that container asks for the host, or for nothing, or where nobody has the address', () => {
  expect(strays([asking('lost.test')])).toEqual([]);
  expect(strays([container(1, { env: { VIRTUALHOST: 'lost.test', PORT: '81' } })])).toEqual([]);
  expect(strays([container(1)])).toEqual([]);
  expect(strays([container(2, { env: { VIRTUALHOST: 'shop.test' } })])).toEqual([]);
});

test('it is none where who shares the address asks for the host', () => {
  const joined = container(3, {
    env: { VIRTUALHOST: 'lost.test' },
    networkMode: `container:${idOf(1)}`,
    addresses: [],
  });
  expect(strays([asking('shop.test'), joined])).toEqual([]);
});

test('it is none where somebody claims it', () => {
  const claim = { backends: new Map([[ADDRESS, ['0123456789ab']]]), heldSince: null };
  const claims = new Map([['another', claim]]) as unknown as ObservedFrontend['claims'];
  expect(strays([asking('shop.test')], { ...LOST, claims })).toEqual([]);
});
