import { describe, test } from 'vitest';
import { asking, container } from '../desire/containers.ts';
import { observed } from '../diff/world.ts';
import { type Case, expectExplained, GONE_QUIET, HELLO, NEAR, URL } from './explained.ts';

const CASES: readonly Case[] = [
  ['nothing', 'x.local', {}, 404, /-e VIRTUALHOST=x\.local/],
  ['nothing, with Docker away', 'x.local', { containers: null }, 404, /Bring the engine back/],
  [
    'a route not written by a controller at work',
    'hello.local',
    { containers: [HELLO] },
    404,
    /next pass writes it/,
  ],
  [
    'a route that no controller writes',
    'hello.local',
    { containers: [HELLO], owners: [] },
    404,
    /Start the controller: none has passed yet as owner engine-1/,
  ],
  [
    'a route that a controller wrote no more',
    'hello.local',
    { containers: [HELLO], owners: GONE_QUIET },
    404,
    /Start the controller, or see in its log/,
  ],
  [
    'a route under an owner that another engine has',
    'hello.local',
    { containers: [HELLO], owners: [{ engineId: 'id-9', engine: 'clone' }] },
    404,
    /AUTODOCK_OWNER\): clone/,
  ],
  [
    'a route of an owner that was released',
    'hello.local',
    { containers: [HELLO], owners: [{ engineId: 'released', engine: 'autodock release' }] },
    404,
    /Start the controller: autodock release withdrew/,
  ],
  [
    'a wrong port',
    'hello.local',
    { containers: [asking(2, 'hello.local', { env: { PORT: '81' } })] },
    404,
    /c2: Add EXPOSE 81/,
  ],
  ['a near miss', 'hello.local', { containers: [NEAR] }, 404, /c2: VIRTUAL_HOST is set/],
  [
    'a near miss of a label',
    'hello.local',
    { containers: [container(2, { labels: { 'autodock.hosts': 'x, Hello.local' } })] },
    404,
    /c2: .*autodock\.host\?/,
  ],
  [
    'a near miss beside a wildcard that answers',
    'hello.local',
    { containers: [NEAR, asking(3, '*.local')], frontends: [observed('*.local', [URL])] },
    200,
    /\*\.local answers.*c2: VIRTUAL_HOST is set/,
  ],
  [
    'a near miss beside the catch-all of somebody else',
    'hello.local',
    { containers: [NEAR], frontends: [observed('*', [URL])] },
    200,
    /\* answers.*c2: VIRTUAL_HOST is set/,
  ],
];

describe('a host', () => {
  test.each(CASES)('that has %s is explained with status and remedy', expectExplained);
});
