import { expect, test } from 'vitest';
import { createDesire } from '../../../src/desire/desire.ts';
import {
  asking,
  claims,
  container,
  DEFAULTS,
  frontendsOf,
  idOf,
  shortOf,
  unknown,
  unreadable,
  verdictOf,
} from './containers.ts';

const ME = shortOf(1);
const URL = 'http://172.17.0.1:80';
const joined = { networkMode: `container:${idOf(2)}`, addresses: [] };
const left = 'http://172.17.0.2:80';

/** Addresses were dealt anew since it was claimed. */
test.for([
  ['an address that its line shows now stays', [unknown(1)], { [URL]: [ME] }, `${URL}*1`],
  ['an unreadable one is held', [unreadable(1)], { [URL]: [ME] }, 'held'],
  [
    'an address that another one shows, too, is held',
    [{ ...unknown(1), isDisputed: true as const }],
    { [URL]: [ME] },
    'held',
  ],
  [
    'one that shares the network of another is held',
    [unknown(1, joined), container(2)],
    { [left]: [ME] },
    'held',
  ],
  [
    'one that is known has what it has now',
    [unreadable(1), asking(2, 'a.local')],
    { [URL]: [ME] },
    `${left}*1`,
  ],
] as const)('%s', ([, workloads, backends, kept]) => {
  const claimed = claims({ 'a.local': backends });
  const input = { workloads, claimed, areClaimsOld: true, settings: DEFAULTS };
  expect(frontendsOf(createDesire()(input))).toEqual([`a.local [a.local] ${kept}`]);
});

test('it says that its hosts are held', () => {
  const workloads = [unreadable(1)];
  const input = { workloads, claimed: [], areClaimsOld: true, settings: DEFAULTS };
  const { rejections } = verdictOf(createDesire()(input));
  expect(rejections[0]?.detail).toMatch(/its hosts are held meanwhile\.$/);
});
