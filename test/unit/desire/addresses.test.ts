import { describe, expect, test } from 'vitest';
import { asking, desire, inWords, judged, on, shortOf, urlsOf } from './containers.ts';

const THREE = [
  on('alpha', '10.1.0.2'),
  on('bridge', '172.17.0.2'),
  on('zeta', '10.2.0.2', 'fd00::2'),
];

const ID = '1234567890ab'.padEnd(64, 'c');
const BY_ID = [on('alpha', '10.1.0.2'), { ...on('zeta', '10.2.0.2'), networkId: ID }];

describe('the address', () => {
  test.for([
    ['bridge, if nothing else is said', {}, {}, THREE, '172.17.0.2'],
    [
      'the first network by name without bridge',
      {},
      {},
      [on('a', '10.1.0.2'), on('b', '10.2.0.2')],
      '10.1.0.2',
    ],
    [
      'the first configured network that it is on',
      {},
      { networks: ['nowhere', 'zeta', 'alpha'] },
      THREE,
      '10.2.0.2',
    ],
    [
      'bridge, if it is on no configured network',
      {},
      { networks: ['nowhere'] },
      THREE,
      '172.17.0.2',
    ],
    [
      'the labelled network',
      { 'autodock.network': 'alpha' },
      { networks: ['zeta'] },
      THREE,
      '10.1.0.2',
    ],
    [
      'the network that it was started on, before bridge and others',
      {},
      {},
      THREE,
      '10.2.0.2',
      { networkMode: 'zeta' },
    ],
    [
      'the network that it was started on by its id',
      {},
      {},
      BY_ID,
      '10.2.0.2',
      { networkMode: ID },
    ],
    [
      'the network that it was started on by its short id',
      {},
      {},
      BY_ID,
      '10.2.0.2',
      { networkMode: ID.slice(0, 12) },
    ],
    [
      'the network that is called as the id of another begins',
      {},
      {},
      [{ ...on('alpha', '10.1.0.2'), networkId: 'f'.repeat(64) }, on('ffff', '10.2.0.2')],
      '10.2.0.2',
      { networkMode: 'ffff' },
    ],
    [
      'a configured network before the one that it was started on',
      {},
      { networks: ['alpha'] },
      THREE,
      '10.1.0.2',
      { networkMode: 'zeta' },
    ],
    ['IPv4 before IPv6', {}, {}, [on('a', '10.1.0.2', 'fd00::2')], '10.1.0.2'],
    ['IPv6 alone, in brackets', {}, {}, [on('a', null, 'fd00::2')], '[fd00::2]'],
    [
      'IPv6 of an earlier network before IPv4 of a later one',
      {},
      {},
      [on('a', null, 'fd00::2'), on('b', '10.2.0.2')],
      '[fd00::2]',
    ],
    [
      'a network that has one before one that has none',
      {},
      {},
      [on('bridge', null), on('zeta', '10.2.0.2')],
      '10.2.0.2',
    ],
  ] as const)('is %s', ([, labels, settings, addresses, address, said = {}]) => {
    expect(urlsOf(asking(1, 'a.local', { labels, addresses, ...said }), settings)).toEqual([
      `http://${address}:80`,
    ]);
  });

  test.for([
    [
      'without any network',
      {},
      [],
      `The container has no address; networks seen: none. Connect it to one: docker network connect NETWORK ${shortOf(1)}.`,
    ],
    [
      'on network none',
      {},
      [on('none', null)],
      'The container has no address; networks seen: none. Start it on a network, e.g. with --network bridge.',
    ],
    [
      'on network none, as podman lists it',
      {},
      [],
      'The container has no address; networks seen: none. Start it on a network, e.g. with --network bridge.',
      'none',
    ],
    [
      'of somebody who is not root, by podman',
      {},
      [],
      'The container has no address; networks seen: none. By slirp4netns nothing but published ports is reached: publish the port, and set AUTODOCK_ADDRESS=published.',
      'slirp4netns',
    ],
    [
      'on networks that give none',
      {},
      [on('a', null), on('b', null)],
      'The container has no address; networks seen: a, b. Start it on a network, e.g. with --network bridge.',
    ],
    [
      'not on the labelled network',
      { 'autodock.network': 'web' },
      THREE,
      `autodock.network="web", and the container has no address on that network; networks seen: alpha, bridge, zeta. Connect it: docker network connect NETWORK ${shortOf(1)}; or set autodock.network to one of those seen.`,
    ],
    [
      'on the labelled network without an address',
      { 'autodock.network': 'web' },
      [on('bridge', '172.17.0.2'), on('web', null)],
      `autodock.network="web", and the container has no address on that network; networks seen: bridge, web. Connect it: docker network connect NETWORK ${shortOf(1)}; or set autodock.network to one of those seen.`,
    ],
  ] as const)(
    '%s there is none, and another is never taken',
    ([, labels, addresses, words, networkMode = 'bridge']) => {
      const one = asking(1, 'a.local', { labels, addresses, networkMode });

      expect(judged(one, { networks: ['bridge'] }).rejections.map(inWords)).toEqual([
        `a.local: no-address: ${words}`,
      ]);
      expect(desire([one]).frontends.size, 'and nothing is held').toBe(0);
    },
  );

  test('that an inspection denied is not routed, and no other one is taken', () => {
    const said = { addresses: THREE, staleAddresses: ['172.17.0.2'] };

    expect(judged(asking(1, 'a.local', said)).rejections.map(inWords)).toEqual([
      'a.local: stale-address: Another container of network bridge has the address 172.17.0.2 now. Nothing to do: the engine still lists a container that has stopped or moved.',
    ]);
  });

  test('that an inspection denied on another network does not matter', () => {
    const said = { addresses: THREE, staleAddresses: ['10.1.0.2'] };

    expect(urlsOf(asking(1, 'a.local', said))).toEqual(['http://172.17.0.2:80']);
  });
});
