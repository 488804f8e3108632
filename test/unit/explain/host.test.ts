import { describe, test } from 'vitest';
import type { Owner } from '../../../src/model/ids.ts';
import { OWNER, observed } from '../diff/world.ts';
import { type Case, expectExplained, HELLO, ROUTED, URL } from './explained.ts';

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
  [
    'a name with an underscore, which gets no certificate by itself',
    'my_app.local',
    { frontends: [observed('my_app.local', [URL])] },
    200,
    /By HTTPS it needs a certificate of its own: Caddy/,
  ],
  ['no name', 'a b', {}, 400, /white space.*Allowed are letters/],
  ['an empty label', 'a..b', { frontends: [observed('*', [URL])] }, 400, /not a host name/],
  ['two dots at its end', 'a.b..', { frontends: [observed('*', [URL])] }, 400, /not a host name/],
  ['the name of the front itself', '__ping__', { frontends: null }, 200, /front answers.*ok/],
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
    'a list beyond reading',
    'hello.local',
    { frontends: [{ ...ROUTED, list: { kind: 'too-long' } }] },
    200,
    /10,000/,
  ],
  [
    'marks that are not a set',
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
  [
    'a route that its controller has not written yet',
    'hello.local',
    { containers: [HELLO], frontends: [] },
    404,
    /its next pass writes it, within seconds\. If not, its log says what hinders\./,
  ],
  ['Redis away', 'hello.local', { containers: [HELLO], frontends: null }, null, /Bring Redis back/],
];

describe('a host', () => {
  test.each(CASES)('that has %s is explained with status and remedy', expectExplained);
});
