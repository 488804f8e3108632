import { describe, expect, test } from 'vitest';
import { createDesire } from '../../../src/desire/desire.ts';
import type { Claim } from '../../../src/model/frontend.ts';
import {
  asking,
  claims,
  container,
  DEFAULTS,
  desire,
  frontendsOf,
  idOf,
  inWords,
  on,
  shortOf,
  unknown,
  unreadable,
  verdictOf,
} from './containers.ts';

const ME = shortOf(1);
const URL = 'http://172.17.0.1:80';

describe('an unknown container', () => {
  test('keeps all copies that are claimed in its id, and nothing else', () => {
    const claimed = claims({
      'a.local': { [URL]: [ME, ME, shortOf(2)], 'http://172.17.0.2:80': [shortOf(2)] },
      'b.local': { 'http://172.17.0.1:8080': [ME] },
      'c.local': { [URL]: [shortOf(2)] },
    });

    expect(frontendsOf(desire([unknown(1)], {}, claimed))).toEqual([
      `a.local [a.local] ${URL}*2`,
      'b.local [b.local] http://172.17.0.1:8080*1',
    ]);
  });

  test('lets no vhost go that is held, as it may be asking for it', () => {
    const held = new Map([['a.local', { backends: new Map(), heldSince: 1 }]]);

    expect(frontendsOf(desire([unknown(1)], {}, held))).toEqual(['a.local [a.local] held']);
    expect(frontendsOf(desire([container(1)], {}, held)), 'who is known asks for itself').toEqual(
      [],
    );
  });

  test('is unknown, and says why and what it keeps', () => {
    const verdict = verdictOf(desire([unknown(1)], {}, claims({ 'a.local': { [URL]: [ME, ME] } })));

    expect(verdict).toMatchObject({
      id: idOf(1),
      name: 'c1',
      verdict: 'unknown',
      routes: [{ vhost: 'a.local', url: URL, weight: 2 }],
      hints: [],
    });
    expect(verdict.rejections.map(inWords)).toEqual([
      `-: unreadable: its inspection is under way; what is claimed for the container stays meanwhile. It is read again by itself; see whether the engine answers: docker inspect ${ME}`,
    ]);
  });

  test('gives up an address that its line does not show any more', () => {
    const moved = unknown(1, { addresses: [on('bridge', '172.17.0.7')] });

    expect(frontendsOf(desire([moved], {}, claims({ 'a.local': { [URL]: [ME] } })))).toEqual([]);
  });

  test.for([
    [
      'an address on any of its networks',
      { addresses: [on('a', '10.0.0.1'), on('b', '10.0.0.2')] },
      'http://10.0.0.2:80',
      true,
    ],
    [
      'its IPv6 address',
      { addresses: [on('a', '10.0.0.1', 'fd00::2')] },
      'http://[fd00::2]:80',
      true,
    ],
    [
      'the address of the host on its network',
      { networkMode: 'host', addresses: [] },
      'http://127.0.0.1:80',
      true,
    ],
    [
      'a published port',
      { published: [{ ip: '0.0.0.0', hostPort: 8080, containerPort: 80 }] },
      'http://127.0.0.1:8080',
      true,
    ],
    [
      'a port of the host that it does not publish',
      { published: [{ ip: '0.0.0.0', hostPort: 8080, containerPort: 80 }] },
      'http://127.0.0.1:8081',
      false,
    ],
    [
      'a port that it publishes elsewhere',
      { published: [{ ip: '10.0.0.9', hostPort: 8080, containerPort: 80 }] },
      'http://127.0.0.1:8080',
      false,
    ],
    ['the address of the host off its network', {}, 'http://127.0.0.1:80', false],
    ['no address at all', { addresses: [on('bridge', null)] }, URL, false],
  ] as const)('at %s: %j keeps %s: %s', ([, said, url, isKept]) => {
    const kept = frontendsOf(
      desire([unknown(1, said)], {}, claims({ 'a.local': { [url]: [ME] } })),
    );

    expect(kept).toEqual(isKept ? [`a.local [a.local] ${url}*1`] : []);
  });

  test.for([
    { state: 'paused' },
    { state: 'restarting', addresses: [] },
    { health: 'starting' },
    { health: 'unhealthy' },
  ] as const)('whose line says %j keeps no backend, but its vhosts are held', (said) => {
    const claimed = claims({ 'a.local': { [URL]: [ME] }, 'b.local': { [URL]: [shortOf(2)] } });

    expect(frontendsOf(desire([unknown(1, said)], {}, claimed))).toEqual([
      'a.local [a.local] held',
    ]);
  });

  test('is not held back by a health that it ignores', () => {
    const said = { health: 'unhealthy', labels: { 'autodock.health': 'ignore' } } as const;
    const claimed = claims({ 'a.local': { [URL]: [ME] } });

    expect(frontendsOf(desire([unknown(1, said)], {}, claimed))).toEqual([
      `a.local [a.local] ${URL}*1`,
    ]);
  });

  test.for([
    { state: 'other' },
    { labels: { 'autodock.enable': 'false' } },
    { networkMode: 'container:gone', addresses: [] },
  ] as const)('whose line says %j keeps nothing', (said) => {
    expect(
      frontendsOf(desire([unknown(1, said)], {}, claims({ 'a.local': { [URL]: [ME] } }))),
    ).toEqual([]);
  });

  test('shares its vhost with others, who give the identifier', () => {
    const claimed = claims({ 'a.local': { [URL]: [ME] } });
    const other = asking(2, 'main.local', { env: { ALIAS: 'a.local' } });

    expect(frontendsOf(desire([other, unknown(1)], {}, claimed))).toContain(
      `a.local [main.local] ${URL}*1 http://172.17.0.2:80*1`,
    );
  });

  test.for([
    ['a vhost', { 'a/b': { [URL]: [ME] }, 'A.local': { [URL]: [ME] }, '': { [URL]: [ME] } }],
    [
      'a URL',
      {
        'a.local': {
          'http://172.17.0.1': [ME],
          'http://172.17.0.1:80/': [ME],
          'ftp://172.17.0.1:80': [ME],
        },
      },
    ],
  ] as const)('keeps no claim of %s that we could not have written', ([, claimed]) => {
    expect(frontendsOf(desire([unreadable(1), unknown(1)], {}, claims(claimed)))).toEqual([]);
  });
});

describe('an unreadable container', () => {
  test('keeps all that is claimed in its id, wherever', () => {
    const claimed = claims({
      'a.local': { 'http://10.9.9.9:80': [ME, ME], 'http://10.9.9.8:80': [shortOf(2)] },
      'b.local': { 'http://[fd00::9]:8080': [ME] },
    });

    expect(frontendsOf(desire([unreadable(1)], {}, claimed))).toEqual([
      'a.local [a.local] http://10.9.9.9:80*2',
      'b.local [b.local] http://[fd00::9]:8080*1',
    ]);
    expect(verdictOf(desire([unreadable(1)])).verdict).toBe('unknown');
  });
});

describe('a container that shares the network of an unknown one', () => {
  const joined = asking(1, 'a.local', { networkMode: `container:${idOf(2)}`, addresses: [] });
  const claimed = claims({
    'a.local': { 'http://172.17.0.2:80': [ME], 'http://172.17.0.3:80': [ME] },
  });

  test('is unknown itself, and keeps what that one still has', () => {
    const desired = desire([joined, unknown(2, { name: 'c2\u001b' })], {}, claimed);

    expect(frontendsOf(desired)).toEqual(['a.local [a.local] http://172.17.0.2:80*1']);
    expect(desired.verdicts.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown']);
    expect(desired.verdicts[0]?.rejections[0]?.detail).toBe(
      'the container whose network it shares, c2\\u{1b}, is unknown; what is claimed for the container stays meanwhile.',
    );
  });

  test('keeps everything if nothing is known of that one', () => {
    expect(frontendsOf(desire([joined, unreadable(2)], {}, claimed))).toEqual([
      'a.local [a.local] http://172.17.0.2:80*1 http://172.17.0.3:80*1',
    ]);
  });
});

describe('the claims', () => {
  test('are not looked at while everything is known', () => {
    const claimed: Iterable<readonly [string, Claim]> = {
      [Symbol.iterator]: () => {
        throw new Error('looked at');
      },
    };
    const run = createDesire();

    expect(() => run({ workloads: [container(1)], claimed, settings: DEFAULTS })).not.toThrow();
    expect(() => run({ workloads: [unknown(1)], claimed, settings: DEFAULTS })).toThrow(
      'looked at',
    );
  });
});
