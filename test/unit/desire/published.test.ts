import { describe, expect, test } from 'vitest';
import { asking, inWords, judged, type Said, urlsOf } from './containers.ts';

describe('published ports', () => {
  const SETTINGS = { address: 'published', hostAddress: '192.0.2.1' } as const;
  const at = (
    ip: string,
    hostPort: number | null,
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
    ['on a lower port for IPv6', [at('0.0.0.0', 8081), at('::', 8080)], 8081],
    [
      'beside other addresses and ports',
      [at('10.0.0.1', 1), at('0.0.0.0', 2, 81), at('::', 3), at('0.0.0.0', 4)],
      4,
    ],
  ] as const)('%s', ([, published, port]) => {
    expect(urlsOf(asking(1, 'a.local', { published }), SETTINGS)).toEqual([
      `http://192.0.2.1:${port}`,
    ]);
  });

  test('of a host that is reached by IPv6, a port on all addresses is one of IPv6', () => {
    const published = [at('0.0.0.0', 8080), at('::', 8081)];

    expect(
      urlsOf(asking(1, 'a.local', { published }), { ...SETTINGS, hostAddress: '2001:db8::1' }),
    ).toEqual(['http://[2001:db8::1]:8081']);
  });

  test.for([
    ['nothing', [], 'none', ''],
    ['another address', [at('10.0.0.1', 8080)], '10.0.0.1:8080 -> 80', ''],
    ['another port', [at('0.0.0.0', 8081, 81)], '0.0.0.0:8081 -> 81', ''],
    ['another port of IPv6', [at('::', 8081, 81)], ':::8081 -> 81', ''],
    [
      'all addresses of IPv6 alone',
      [at('::', 8105)],
      ':::8105 -> 80',
      ' On a network in routed gateway mode Docker publishes for IPv6 alone, or not at all: start it on another one.',
    ],
    [
      'what is asked for, and bound to no port,',
      [at('0.0.0.0', null)],
      'none',
      ' On a network in routed gateway mode Docker publishes for IPv6 alone, or not at all: start it on another one.',
    ],
    ['another port that is bound to none', [at('0.0.0.0', null, 81)], 'none', ''],
  ] as const)('a person is told where %s is published', ([, published, seen, hint]) => {
    const { rejections } = judged(asking(1, 'a.local', { published }), SETTINGS);

    expect(rejections.map(inWords)).toEqual([
      `a.local: port-not-published: Port 80 is not published on 192.0.2.1; published TCP ports: ${seen}. Start the container with -p 80, or with -p 192.0.2.1::80.${hint}`,
    ]);
  });

  test('on an IPv6 address of the host, what is bound for IPv6 answers, and nothing else', () => {
    const settings = { address: 'published', hostAddress: 'fd00::1' } as const;
    const published = [at('0.0.0.0', 8080), at('::', 8081)];

    expect(urlsOf(asking(1, 'a.local', { published }), settings)).toEqual([
      'http://[fd00::1]:8081',
    ]);
    expect(
      judged(asking(1, 'a.local', { published: [at('0.0.0.0', 8080)] }), settings).rejections[0]
        ?.remedy,
    ).toBe('Start the container with -p 80, or with -p [fd00::1]::80.');
  });

  test('at a name of the host, what is bound for either family answers', () => {
    const settings = { address: 'published', hostAddress: 'host.internal' } as const;

    expect(urlsOf(asking(1, 'a.local', { published: [at('::', 8081)] }), settings)).toEqual([
      'http://host.internal:8081',
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
