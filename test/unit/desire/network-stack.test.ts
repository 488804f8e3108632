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
