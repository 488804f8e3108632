import { describe, expect, test } from 'vitest';
import { container, judged } from './containers.ts';

function hintsFor(
  env: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): readonly string[] {
  return judged(container(1, { env, labels })).hints;
}

describe('a near miss is pointed out', () => {
  test.for([
    [
      'VIRTUAL_HOST',
      { VIRTUAL_HOST: 'a.local' },
      'VIRTUAL_HOST is set and VIRTUALHOST is not: did you mean VIRTUALHOST?',
    ],
    [
      'VIRTUALHOSTS',
      { VIRTUALHOSTS: 'a.local' },
      'VIRTUALHOSTS is set and VIRTUALHOST is not: did you mean VIRTUALHOST?',
    ],
    [
      'a file, as secrets and configs of Swarm are',
      { VIRTUALHOST_FILE: '/run/secrets/host' },
      'VIRTUALHOST_FILE is set and VIRTUALHOST is not: did you mean VIRTUALHOST?',
    ],
    [
      'VIRTUAL_PORT',
      { VIRTUALHOST: 'a.local', VIRTUAL_PORT: '80' },
      'VIRTUAL_PORT is set and PORT is not: did you mean PORT?',
    ],
    [
      'ALIASES',
      { VIRTUALHOST: 'a.local', ALIASES: 'b.local' },
      'ALIASES is set and ALIAS is not: did you mean ALIAS?',
    ],
    [
      'ALIAS alone',
      { ALIAS: 'b.local' },
      'ALIAS is set, but VIRTUALHOST is not: ALIAS only adds to it.',
    ],
  ] as const)('%s', ([, env, hint]) => {
    expect(hintsFor(env)).toEqual([hint]);
  });

  test.for([
    ['autodock.hosts', 'autodock.host'],
    ['autodock.Host', 'autodock.host'],
    ['autodock.virtual-host', 'autodock.host'],
    ['autodock.alias', 'autodock.host'],
    ['autodock.ports', 'autodock.port'],
    ['autodock.enabled', 'autodock.enable'],
    ['autodock.web.hosts', 'autodock.web.host'],
    ['VIRTUALHOST', 'autodock.host'],
    ['virtual_host', 'autodock.host'],
    ['autodock', 'autodock.host'],
    ['autodock_host', 'autodock.host'],
  ] as const)('the label %s', ([key, meant]) => {
    expect(hintsFor({}, { [key]: 'a.local' })).toEqual([
      `The label ${key} is set: did you mean ${meant}?`,
    ]);
  });

  test('the labels of a route without a host', () => {
    expect(hintsFor({}, { 'autodock.port': '80', 'autodock.network': 'web' })).toEqual([
      'autodock.port is set, but neither autodock.host nor VIRTUALHOST is.',
      'autodock.network is set, but neither autodock.host nor VIRTUALHOST is.',
    ]);
  });
});

describe('nothing is pointed out', () => {
  test.for([
    ['where the right name is set, too', { VIRTUALHOST: 'a.local', VIRTUAL_HOST: 'a.local' }, {}],
    ['where a label is set instead', { VIRTUAL_HOST: 'a.local' }, { 'autodock.host': 'a.local' }],
    ['where the near miss is empty', { VIRTUAL_HOST: '' }, {}],
    ['of a container that has nothing to do with us', { PORT: '80' }, { 'com.example.host': 'x' }],
    ['where the nearest label would be none of ours', {}, { 'autodock.a.b.host': 'x' }],
  ] as const)('%s', ([, env, labels]) => {
    expect(hintsFor(env, labels)).toEqual([]);
  });
});

describe('a name that can look like another is shown in both forms', () => {
  test.for([
    [
      'bücher.local',
      'Two names can look the same; this one is xn--bcher-kva.local (bücher.local).',
    ],
    [
      'pаypal.com',
      'Two names can look the same; this one is xn--pypal-4ve.com (pаypal.com). It mixes alphabets in which letters look alike.',
    ],
    [
      'xn--80ak6aa92e.com',
      'Two names can look the same; this one is xn--80ak6aa92e.com (аррӏе.com).',
    ],
  ] as const)('%s', ([host, hint]) => {
    expect(hintsFor({ VIRTUALHOST: `${host} ${host}` })).toEqual([hint]);
  });
});

test('hints are few and safe to print', () => {
  const labels = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`autodock.a\u001b${index}.hosts`, 'x']),
  );
  const hints = hintsFor({}, { ...labels, 'autodock.hosts': 'x' });

  expect(hints.length).toBeLessThanOrEqual(20);
  expect(hints.join()).not.toContain('\u001b');
});
