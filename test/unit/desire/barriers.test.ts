import { describe, expect, test } from 'vitest';
import type { Barrier, Barriers } from '../../../src/model/container.ts';
import { asking, desire, inWords, judged, on, type Said, shortOf, urlsOf } from './containers.ts';

const barred = (barrier: Barrier): Barriers => ({ ipv4: barrier, ipv6: barrier });
const LAN = new Map([['lan', barred('macvlan')]]);
/** Started on `lan`, which comes first by its network mode and by name. */
const ON_BOTH: Said = {
  networkMode: 'lan',
  addresses: [on('lan', '192.0.2.7'), on('web', '172.18.0.2')],
  barriers: LAN,
};

describe('a network that the host does not reach', () => {
  test.for([
    ['is passed over for one that it reaches', ON_BOTH, {}, '172.18.0.2'],
    [
      'is passed over even if it is configured',
      ON_BOTH,
      { networks: ['lan', 'web'] },
      '172.18.0.2',
    ],
    [
      'is used where the label names it',
      { ...ON_BOTH, labels: { 'autodock.network': 'lan' } },
      {},
      '192.0.2.7',
    ],
    [
      'over IPv4 alone is used over IPv6',
      {
        addresses: [on('v6', '172.18.0.2', 'fd00::2')],
        barriers: new Map([['v6', { ipv4: 'isolated', ipv6: null } as const]]),
      },
      {},
      '[fd00::2]',
    ],
  ] as const)('%s', ([, said, settings, address]) => {
    expect(urlsOf(asking(1, 'a.local', said), settings)).toEqual([`http://${address}:80`]);
  });

  test.for([
    ['macvlan', 'a macvlan network, which its own host does not reach'],
    ['ipvlan', 'an ipvlan network, which its own host does not reach'],
    [
      'overlay',
      'an overlay network that AUTODOCK_NETWORKS does not name: the host has no route to it',
    ],
    ['ingress', 'the ingress network of Swarm, whose addresses answer nobody'],
    ['isolated', 'in isolated gateway mode: the host has no route to it'],
    ['inhibited', 'without an address of its bridge (inhibit_ipv4): the host has no route to it'],
  ] as const)('of kind %s is told with the way out', ([barrier, words]) => {
    const said = {
      addresses: [on('lan', '192.0.2.7')],
      barriers: new Map([['lan', barred(barrier)]]),
    };
    const one = asking(1, 'a.local', said);

    expect(judged(one).rejections.map(inWords)).toEqual([
      `a.local: unreachable-network: The container is on no network that the host reaches: lan (${words}). Connect it to a bridge network: docker network connect NETWORK ${shortOf(1)}; or, if the front does reach it, set autodock.network=lan.`,
    ]);
    expect(desire([one]).frontends.size, 'and nothing is held').toBe(0);
  });

  test('keeps nobody from the host whose network a container shares', () => {
    const said = { networkMode: 'host', addresses: [on('host', null)], barriers: LAN };

    expect(urlsOf(asking(1, 'a.local', said))).toEqual(['http://127.0.0.1:80']);
  });
});
