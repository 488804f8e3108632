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
      'joined.local: no-address: The container shares the network of gone\\u{1b}, which does not run. Start that container, then docker restart c9; if it was created anew, create this one anew, too.',
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

describe('the ports of a container that shares the network of another', () => {
  const sharing = (said: Said = {}) =>
    asking(9, 'joined.local', { networkMode: `container:${idOf(1)}`, addresses: [], ...said });
  const ownVerdict = (...all: Parameters<typeof desire>[0]) =>
    desire(all).verdicts.find(({ name }) => name === 'c9');

  test.for([
    ['the asked one is exposed by the holder alone', [], { PORT: '8080' }, [8080], 8080],
    ['80 is', [], {}, [80, 443], 80],
    ['the only one is', [], {}, [3000], 3000],
    ['its own only one comes first', [3000], {}, [80], 3000],
    ['its own 80 comes first', [80, 90], {}, [3000], 80],
    ['80 of the holder beats several of its own', [3000, 4000], {}, [80], 80],
  ] as const)('%s', ([_case, exposedPorts, env, ofHolder, port]) => {
    const holder = container(1, { exposedPorts: ofHolder });
    const verdict = ownVerdict(sharing({ exposedPorts, env }), holder);

    expect(verdict?.routes.map(({ url }) => url)).toEqual([`http://172.17.0.1:${port}`]);
  });

  test('are advised where the engine takes them: on the holder, or in the image', () => {
    const holder = container(1, { name: 'vpn', exposedPorts: [443, 90] });

    expect(ownVerdict(sharing({ env: { PORT: '8080' } }), holder)?.rejections.map(inWords)).toEqual(
      [
        'joined.local: port-not-exposed: PORT=8080 is not exposed; exposed TCP ports: 80, 90, 443. Add --expose 8080 to vpn, whose network it shares, or EXPOSE 8080 to its image, or set PORT to 80, 90 or 443.',
      ],
    );
    const published = desire([sharing(), holder], { address: 'published' }).verdicts;
    expect(published.flatMap(({ rejections }) => rejections.map(inWords))).toEqual([
      expect.stringMatching(/ Start vpn, whose network it shares, with -p 80, or /),
    ]);
  });
});

test("in a pod of podman they are advised on the pod, as nobody starts the container that holds a pod's network", () => {
  const infra = container(1, { name: '0123456789ab-infra', exposedPorts: [] });
  const member = asking(9, 'a.local', {
    ...{ networkMode: `container:${idOf(1)}`, addresses: [], exposedPorts: [] },
    env: { PORT: '8080' },
  });
  const remedies = (address: 'container' | 'published', exposedPorts: readonly number[]) =>
    desire([{ ...member, exposedPorts }, infra], { address }).verdicts.flatMap(({ rejections }) =>
      rejections.map(({ remedy }) => remedy),
    );

  expect(remedies('container', [])).toEqual([
    'Add EXPOSE 8080 to its image, or create its pod with -p 8080.',
  ]);
  expect(remedies('published', [8080])).toEqual([
    expect.stringMatching(/^Create its pod with -p 8080, or with -p 127\.0\.0\.1::8080\./),
  ]);
});

describe('a container whose network holder is gone', () => {
  const gone = (labels: Readonly<Record<string, string>>) =>
    judged(
      asking(9, 'joined.local', { networkMode: 'container:gone', addresses: [], labels }),
    ).rejections.map(({ remedy }) => remedy);
  const service = (project: string, name: string) => ({
    'com.docker.compose.project': project,
    'com.docker.compose.service': name,
  });

  test('is created anew by its Compose command, as a restart finds no other id', () => {
    expect(gone(service('shop', 'app'))).toEqual([
      'Create both anew: docker compose -p shop up -d --force-recreate app',
    ]);
  });

  test.for([
    ['80', {}],
    ['the asked one', { PORT: '8080' }],
  ] as const)('is told so where that one exposed the port: %s', ([, env]) => {
    const networkMode = 'container:gone';
    const lost = asking(9, 'joined.local', { networkMode, addresses: [], exposedPorts: [], env });

    expect(judged(lost).rejections.map(inWords)).toEqual([
      expect.stringMatching(/^joined.local: no-address: .* which does not run/),
    ]);
  });

  test('is told by the beginning of its id, as docker ps shows it', () => {
    const networkMode = `container:${'0123456789abcdef'.repeat(4)}`;

    expect(
      judged(asking(9, 'joined.local', { networkMode, addresses: [] })).rejections.map(inWords),
    ).toEqual([expect.stringContaining('shares the network of 0123456789ab, which does not run')]);
  });

  test('is told what is wrong with its port all the same', () => {
    const networkMode = 'container:gone';
    const wrong = asking(9, 'joined.local', { networkMode, addresses: [], env: { PORT: 'web' } });

    expect(judged(wrong).verdict).toBe('bad-port');
  });

  test('has no command made of what is not a name', () => {
    expect(gone(service('shop; rm -rf /', 'app'))).toEqual([
      expect.stringMatching(/^Start that container, then docker restart c9;/),
    ]);
  });
});

describe('a container that is older than the network that it shares', () => {
  const older = (said: Said = {}) =>
    asking(9, 'joined.local', {
      networkMode: `container:${idOf(1)}`,
      addresses: [],
      isOlderThanNetwork: true,
      ...said,
    });

  test.for(['container', 'published'] as const)('is restarted, in %s mode', (address) => {
    const published = [{ ip: '0.0.0.0', hostPort: 8080, containerPort: 80 }];
    const all = [older(), container(1, { name: 'vpn', published })];
    const verdict = desire(all, { address }).verdicts.find(({ name }) => name === 'c9');

    expect(verdict?.rejections.map(inWords)).toEqual([
      'joined.local: older-than-network: The container shares the network of vpn, which was started after it: it is left without one. docker restart c9',
    ]);
    expect(frontendsOf(desire(all, { address }))).toEqual([]);
  });
});
