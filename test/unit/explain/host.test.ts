import { describe, expect, it } from 'vitest';
import { explainHost } from '../../../src/explain/host.ts';
import type { Owner } from '../../../src/model/ids.ts';
import { asking, container, shortOf } from '../desire/containers.ts';
import { claim, OTHER, OWNER, observed } from '../diff/world.ts';
import { factsOf, NOW, type World } from './facts.ts';

const HELLO = asking(2, 'hello.local');
const NEAR = container(2, { env: { VIRTUAL_HOST: 'hello.local' } });
const URL = 'http://172.17.0.2:80';
const MINE = { [OWNER]: claim({ [URL]: [shortOf(2)] }) };
const ROUTED = observed('hello.local', [URL], MINE);
const GONE_QUIET = [{ owner: OWNER, lastPassAt: NOW - 100_000 }];

type Case = readonly [name: string, host: string, world: World, code: number | null, text: RegExp];

const CASES: readonly Case[] = [
  [
    'a route',
    'hello.local',
    { containers: [HELLO], frontends: [ROUTED] },
    200,
    /1 of 1 slot\. .*docker logs c2/,
  ],
  ['a pasted URL', 'HTTP://Hello.local.:80/x?y', { frontends: [ROUTED] }, 200, /1 of 1 slot/],
  ['a wildcard', 'a.b.local', { frontends: [observed('*.b.local', [URL])] }, 200, /\*\.b\.local/],
  ['the catch-all', 'a.b', { frontends: [observed('*', [URL])] }, 200, /^\* answers/],
  [
    'an exact list before a wildcard',
    'a.b',
    { frontends: [observed('*.b', [URL]), observed('a.b', null), observed('*', [])] },
    200,
    /\*\.b answers/,
  ],
  ['no name', 'a b', {}, 400, /white space.*Allowed are letters/],
  ['an empty label', 'a..b', { frontends: [observed('*', [URL])] }, 400, /no host name/],
  ['two dots at its end', 'a.b..', { frontends: [observed('*', [URL])] }, 400, /no host name/],
  ['the name of the front itself', '__ping__', { frontends: null }, 200, /front answers.*ok/],
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
  [
    'a near miss and a hold',
    'hello.local',
    {
      containers: [NEAR],
      frontends: [observed('hello.local', [], { [OWNER]: claim({}, NOW - 4_000) })],
    },
    503,
    /held by here for 4 s.*c2: VIRTUAL_HOST is set/,
  ],
  [
    'a hold that a container asks for',
    'hello.local',
    {
      containers: [asking(2, 'hello.local', { state: 'paused' })],
      frontends: [observed('hello.local', [], { [OWNER]: claim({}, NOW - 4_000) })],
    },
    503,
    /held by here for 4 s.*c2: docker unpause/,
  ],
  [
    'a hold that nobody asks for',
    'hello.local',
    { frontends: [observed('hello.local', [], { [OTHER]: claim({}, NOW) })] },
    503,
    /held by there for 0 s.*start it again/,
  ],
  [
    'a hold that nobody ends',
    'hello.local',
    {
      owners: GONE_QUIET,
      frontends: [observed('hello.local', [], { [OWNER]: claim({}, NOW - 99_000) })],
    },
    503,
    /no controller of this engine runs/,
  ],
  [
    'an identifier alone',
    'hello.local',
    { frontends: [observed('hello.local', [])] },
    503,
    /hipachectl delete ID 'hello\.local' --all/,
  ],
  [
    'every backend dead',
    'hello.local',
    {
      containers: [HELLO],
      frontends: [ROUTED],
      marks: { 'hello.local': { members: ['0'], expiresInMs: 12_300 } },
    },
    502,
    /for 13 s more.*docker logs c2/,
  ],
  [
    'every backend dead for ever',
    'hello.local',
    {
      frontends: [ROUTED],
      marks: { 'hello.local': { members: ['0'], expiresInMs: null } },
      keyPrefix: 'p:',
    },
    502,
    /never lapse.*redis-cli DEL 'p:dead:hello\.local'/,
  ],
  [
    'entries that no front can connect to',
    'hello.local',
    { frontends: [observed('hello.local', ['ftp://x', 'http://10.0.0.1:0'])] },
    502,
    /hipachectl delete ID 'hello\.local' --all/,
  ],
  [
    'an entry over TLS',
    'hello.local',
    { frontends: [observed('hello.local', ['https://10.0.0.1'])] },
    200,
    /1 of 1 slot\. A 502/,
  ],
  [
    'an entry by name',
    'hello.local',
    { frontends: [observed('hello.local', ['http://App:80', 'ftp://x'])] },
    200,
    /1 of 2 slots\. The front looks up app,/,
  ],
  [
    'a value that is no list',
    'hello.local',
    { frontends: [{ ...ROUTED, list: { kind: 'wrong-type', type: 'string' } }] },
    502,
    /redis-cli DEL 'frontend:hello\.local'/,
  ],
  [
    'a list beyond reading',
    'hello.local',
    { frontends: [{ ...ROUTED, list: { kind: 'too-long' } }] },
    200,
    /10,000/,
  ],
  [
    'marks that are no set',
    'hello.local',
    { frontends: [ROUTED], unusableMarks: ['hello.local'] },
    200,
    /redis-cli DEL 'dead:hello\.local'/,
  ],
  [
    'a malformed claim',
    'hello.local',
    { frontends: [observed('hello.local', [URL], { [OWNER]: 'malformed' })] },
    200,
    /HDEL 'autodock:owner:engine-1' 'hello\.local'/,
  ],
  [
    'a malformed claim of an owner whose name no shell should read',
    'hello.local',
    {
      frontends: [observed('hello.local', [URL], { ["o';$(id)" as Owner]: 'malformed' })],
      keyPrefix: "p'",
    },
    200,
    /HDEL 'p'\\''autodock:owner:o'\\'';\$\(id\)' 'hello\.local'/,
  ],
  ['Redis away', 'hello.local', { containers: [HELLO], frontends: null }, null, /Bring Redis back/],
];

describe('a host', () => {
  it.each(CASES)(
    'that has %s is explained with status and remedy',
    (_name, host, world, code, text) => {
      const { status, advice } = explainHost(factsOf(world), host);
      expect(status.code).toBe(code);
      expect([status.why, ...advice].join(' ')).toMatch(text);
    },
  );
});
