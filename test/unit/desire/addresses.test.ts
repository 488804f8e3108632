import { describe, expect, test } from 'vitest';
import {
  asking,
  container,
  desire,
  frontendsOf,
  idOf,
  inWords,
  judged,
  on,
  type Said,
  shortOf,
  urlsOf,
} from './containers.ts';

const THREE = [
  on('alpha', '10.1.0.2'),
  on('bridge', '172.17.0.2'),
  on('zeta', '10.2.0.2', 'fd00::2'),
];

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
  ] as const)('is %s', ([, labels, settings, addresses, address]) => {
    expect(urlsOf(asking(1, 'a.local', { labels, addresses }), settings)).toEqual([
      `http://${address}:80`,
    ]);
  });

  test.for([
    [
      'without any network',
      {},
      [],
      'The container has no address; networks seen: none. Start it on a network, e.g. with --network bridge.',
    ],
    [
      'on network none',
      {},
      [on('none', null)],
      'The container has no address; networks seen: none. Start it on a network, e.g. with --network bridge.',
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
  ] as const)('%s there is none, and another is never taken', ([, labels, addresses, words]) => {
    const one = asking(1, 'a.local', { labels, addresses });

    expect(judged(one, { networks: ['bridge'] }).rejections.map(inWords)).toEqual([
      `a.local: no-address: ${words}`,
    ]);
    expect(desire([one]).frontends.size, 'and nothing is held').toBe(0);
  });

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

describe('a container on the network of the host', () => {
  const ON_HOST: Said = { networkMode: 'host', addresses: [on('host', null)] };

  test.for(['container', 'published'] as const)('has its address, in %s mode', (address) => {
    const settings = { address, hostAddress: '192.0.2.1' };

    expect(urlsOf(asking(1, 'a.local', ON_HOST), settings)).toEqual(['http://192.0.2.1:80']);
  });

  test('is there under the label autodock.network=host, and under no other', () => {
    const labelled = (network: string): Said => ({
      ...ON_HOST,
      labels: { 'autodock.network': network },
    });

    expect(urlsOf(asking(1, 'a.local', labelled('host')))).toEqual(['http://127.0.0.1:80']);
    expect(judged(asking(1, 'a.local', labelled('web'))).verdict).toBe('no-address');
  });

  test('shares it by nature: no address is stale there', () => {
    const said = { ...ON_HOST, staleAddresses: ['127.0.0.1'] };

    expect(urlsOf(asking(1, 'a.local', said))).toEqual(['http://127.0.0.1:80']);
  });
});

describe('a container that shares the network of another', () => {
  const sharing = (reference: string, said: Said = {}): ReturnType<typeof asking> =>
    asking(9, 'joined.local', { networkMode: `container:${reference}`, addresses: [], ...said });
  const routesOf = (...all: Parameters<typeof desire>[0]): readonly string[] =>
    frontendsOf(desire(all));

  test.for([idOf(1), shortOf(1), 'c1'])('has its address, by %s', (reference) => {
    expect(routesOf(sharing(reference), container(1))).toEqual([
      'joined.local [joined.local] http://172.17.0.1:80*1',
    ]);
  });

  test('has it over several hops', () => {
    const middle = container(2, { networkMode: `container:${idOf(1)}`, addresses: [] });

    expect(routesOf(sharing(idOf(2)), middle, container(1))).toEqual([
      'joined.local [joined.local] http://172.17.0.1:80*1',
    ]);
  });

  test('has the address of the host if that one is there', () => {
    const host = container(1, { networkMode: 'host', addresses: [on('host', null)] });

    expect(routesOf(sharing(idOf(1)), host)).toEqual([
      'joined.local [joined.local] http://127.0.0.1:80*1',
    ]);
  });

  test('has the published port of that one', () => {
    const published = [{ ip: '0.0.0.0', hostPort: 8080, containerPort: 80 }];
    const desired = desire([sharing(idOf(1)), container(1, { published })], {
      address: 'published',
    });

    expect(frontendsOf(desired)).toEqual(['joined.local [joined.local] http://127.0.0.1:8080*1']);
  });

  test('is not routed to an address that was denied to that one', () => {
    const stale = container(1, { staleAddresses: ['172.17.0.1'] });
    const { verdicts } = desire([sharing(idOf(1)), stale]);

    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['silent', 'stale-address']);
  });

  test('is told if that one does not run', () => {
    expect(judged(sharing('gone\u001b')).rejections.map(inWords)).toEqual([
      'joined.local: no-address: The container shares the network of gone\\u{1b}, which does not run. Start that container, then start this one again.',
    ]);
  });

  test('is told if the chain is a circle', () => {
    const other = container(1, { networkMode: `container:${idOf(9)}`, addresses: [] });
    const { verdicts, frontends } = desire([sharing(idOf(1)), other]);

    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['silent', 'no-address']);
    expect(frontends.size).toBe(0);
  });

  test('is found by id before a name that looks like one', () => {
    const impostor = container(2, { name: idOf(1) });

    expect(routesOf(impostor, sharing(idOf(1)), container(1))).toEqual([
      'joined.local [joined.local] http://172.17.0.1:80*1',
    ]);
  });
});

describe('published ports', () => {
  const SETTINGS = { address: 'published', hostAddress: '192.0.2.1' } as const;
  const at = (
    ip: string,
    hostPort: number,
    containerPort = 80,
  ): NonNullable<Said['published']>[0] => ({
    ip,
    hostPort,
    containerPort,
  });

  test.for([
    ['on all addresses', [at('0.0.0.0', 8080), at('::', 8080)], 8080],
    ['on the address of the host', [at('192.0.2.1', 8080)], 8080],
    ['on an address that the engine does not tell', [at('', 8080)], 8080],
    [
      'several times: the lowest',
      [at('0.0.0.0', 9000), at('192.0.2.1', 8081), at('::', 8082)],
      8081,
    ],
    ['beside other addresses and ports', [at('10.0.0.1', 1), at('0.0.0.0', 2, 81), at('::', 3)], 3],
  ] as const)('%s', ([, published, port]) => {
    expect(urlsOf(asking(1, 'a.local', { published }), SETTINGS)).toEqual([
      `http://192.0.2.1:${port}`,
    ]);
  });

  test.for([
    ['nothing', [], 'none'],
    ['another address', [at('10.0.0.1', 8080)], '10.0.0.1:8080 -> 80'],
    ['another port', [at('0.0.0.0', 8081, 81)], '0.0.0.0:8081 -> 81'],
  ] as const)('a person is told where %s is published', ([, published, seen]) => {
    const { rejections } = judged(asking(1, 'a.local', { published }), SETTINGS);

    expect(rejections.map(inWords)).toEqual([
      `a.local: port-not-published: Port 80 is not published on 192.0.2.1; published TCP ports: ${seen}. Start the container with -p 80, or with -p 192.0.2.1::80.`,
    ]);
  });

  test('neither a stale address nor a labelled network has a say', () => {
    const said = {
      published: [at('0.0.0.0', 8080)],
      staleAddresses: ['172.17.0.1', '192.0.2.1'],
      labels: { 'autodock.network': 'web' },
    };

    expect(urlsOf(asking(1, 'a.local', said), SETTINGS)).toEqual(['http://192.0.2.1:8080']);
  });
});

describe('a backend that is the front itself', () => {
  test.for([
    ['172.17.0.1:80', {}],
    ['127.0.0.1:80', { networkMode: 'host' }],
    ['[fd00::2]:80', { addresses: [on('v6', null, 'fd00::2')] }],
  ] as const)('%s is a loop', ([front, said]) => {
    const one = asking(1, 'a.local', said);

    expect(
      judged(one, { frontAddresses: ['192.0.2.9:80', front] }).rejections.map(inWords),
    ).toEqual([
      `a.local: loop: http://${front} is the front itself; a request would go round in a circle. Route to the application behind the front, or correct AUTODOCK_FRONT_ADDRESSES.`,
    ]);
    expect(desire([one], { frontAddresses: [front] }).frontends.size).toBe(0);
  });

  test('another port of its address is none', () => {
    expect(urlsOf(asking(1, 'a.local'), { frontAddresses: ['172.17.0.1:8080'] })).toHaveLength(1);
  });

  test.for([
    ['0.0.0.0:80', '127.0.0.1'],
    ['0.0.0.0:80', '::1'],
    ['0.0.0.0:80', '192.0.2.7'],
    ['0.0.0.0:80', 'fd00::7'],
    ['[::]:80', '192.0.2.7'],
  ] as const)('a front on %s has the address %s of its host', ([front, hostAddress]) => {
    const settings = { frontAddresses: [front], hostAddress };
    const onHost = { networkMode: 'host', exposedPorts: [80, 8080] };
    const another = { ...onHost, env: { PORT: '8080' } };

    expect(judged(asking(1, 'a.local', onHost), settings).verdict).toBe('loop');
    expect(urlsOf(asking(1, 'a.local', another), settings)).toHaveLength(1);
    expect(urlsOf(asking(1, 'a.local'), settings)).toEqual(['http://172.17.0.1:80']);
  });
});
