import { describe, expect, test } from 'vitest';
import { asking, container, inWords, judged, urlsOf } from './containers.ts';

describe('the port', () => {
  test.for([
    ['80 by default', {}, [80], 80],
    ['80 by default among others', {}, [22, 80, 443], 80],
    ['the only one that is exposed', {}, [3000], 3000],
    ['PORT', { PORT: '443' }, [80, 443], 443],
    ['an empty PORT is not set', { PORT: '' }, [80, 443], 80],
    ['the highest', { PORT: '65535' }, [65535], 65535],
    ['the lowest', { PORT: '1' }, [1, 80], 1],
  ] as const)('is %s', ([, env, exposedPorts, port]) => {
    expect(urlsOf(asking(1, 'a.local', { env, exposedPorts }))).toEqual([
      `http://172.17.0.1:${port}`,
    ]);
  });

  test('autodock.port beats PORT, for VIRTUALHOST as well', () => {
    const said = { env: { PORT: '80' }, labels: { 'autodock.port': '81' }, exposedPorts: [80, 81] };

    expect(urlsOf(asking(1, 'a.local', said))).toEqual(['http://172.17.0.1:81']);
  });

  test('PORT counts for autodock.host without autodock.port', () => {
    const said = { env: { PORT: '81' }, labels: { 'autodock.host': 'a.local' } };

    expect(urlsOf(container(1, { ...said, exposedPorts: [80, 81] }))).toEqual([
      'http://172.17.0.1:81',
    ]);
  });

  test('of a named route is its own, else the default one, never that of PORT', () => {
    const labels = {
      'autodock.api.host': 'api.local',
      'autodock.api.port': '82',
      'autodock.web.host': 'web.local',
    };
    const said = { env: { PORT: '81' }, labels, exposedPorts: [80, 81, 82] };

    expect(judged(container(1, said)).routes).toMatchObject([
      { vhost: 'api.local', url: 'http://172.17.0.1:82' },
      { vhost: 'web.local', url: 'http://172.17.0.1:80' },
    ]);
  });

  test.for([
    '0',
    '65536',
    '99999',
    '123456',
    '80x',
    ' 80',
    '80 ',
    '1e3',
    '0x50',
    '080',
    '-80',
    '+80',
    '80.0',
    '８０',
    '٨٠',
    ' ',
  ])('PORT=%j is not one', (value) => {
    const { verdict, rejections } = judged(asking(1, 'a.local', { env: { PORT: value } }));

    expect(verdict).toBe('bad-port');
    expect(rejections.map(inWords)).toEqual([
      `a.local: bad-port: PORT="${value}" is not a port. Write a decimal number from 1 to 65535 and nothing else, e.g. PORT=8080.`,
    ]);
  });

  test.for([
    [
      'PORT is not exposed',
      { PORT: '8080' },
      [80, 443],
      'PORT=8080 is not exposed; exposed TCP ports: 80, 443. Add EXPOSE 8080 / --expose 8080, or set PORT to 80 or 443.',
    ],
    [
      'PORT is set and nothing is exposed',
      { PORT: '8080' },
      [],
      'PORT=8080 is not exposed; exposed TCP ports: none. Add EXPOSE 8080 / --expose 8080.',
    ],
    [
      'nothing is set and nothing exposed',
      {},
      [],
      'Port 80 is not exposed; exposed TCP ports: none. Add EXPOSE 80 / --expose 80, or expose the port that the application listens on.',
    ],
    [
      'nothing is set and several others are exposed',
      {},
      [3000, 9000],
      'PORT is not set and port 80 is not exposed; exposed TCP ports: 3000, 9000. Set PORT to 3000 or 9000.',
    ],
    [
      'many are exposed',
      {},
      Array.from({ length: 1000 }, (_, index) => 3000 + index),
      'PORT is not set and port 80 is not exposed; exposed TCP ports: 3000, 3001, 3002, 3003, 3004, 3005, 3006, 3007, 3008, 3009, and 990 more. Set PORT to one of them.',
    ],
  ] as const)('where %s a person is told what to do', ([, env, exposedPorts, words]) => {
    const { verdict, rejections } = judged(asking(1, 'a.local', { env, exposedPorts }));

    expect(verdict).toBe('port-not-exposed');
    expect(rejections.map(inWords)).toEqual([`a.local: port-not-exposed: ${words}`]);
  });

  test('messages name the label that they are about', () => {
    const { rejections } = judged(
      container(1, {
        exposedPorts: [3000, 9000],
        labels: {
          'autodock.host': 'a.local',
          'autodock.port': '80',
          'autodock.api.host': 'api.local',
          'autodock.api.port': 'http',
          'autodock.web.host': 'web.local',
        },
      }),
    );

    expect(rejections.map(inWords)).toEqual([
      'a.local: port-not-exposed: autodock.port=80 is not exposed; exposed TCP ports: 3000, 9000. Add EXPOSE 80 / --expose 80, or set autodock.port to 3000 or 9000.',
      'api.local: bad-port: autodock.api.port="http" is not a port. Write a decimal number from 1 to 65535 and nothing else, e.g. autodock.api.port=8080.',
      'web.local: port-not-exposed: autodock.web.port is not set and port 80 is not exposed; exposed TCP ports: 3000, 9000. Set autodock.web.port to 3000 or 9000.',
    ]);
  });

  test('a bad one of one route leaves the others alone', () => {
    const { routes, rejections } = judged(
      asking(1, 'a.local', {
        env: { PORT: '0' },
        labels: { 'autodock.web.host': 'web.local' },
      }),
    );

    expect(routes.map(({ vhost }) => vhost)).toEqual(['web.local']);
    expect(rejections.map(({ reason, vhost }) => [reason, vhost])).toEqual([
      ['bad-port', 'a.local'],
    ]);
  });
});
