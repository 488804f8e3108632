import { describe, expect, test } from 'vitest';
import { asking, desire, inWords, judged, on, urlsOf } from './containers.ts';

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

  test('another port of its address is not one', () => {
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
