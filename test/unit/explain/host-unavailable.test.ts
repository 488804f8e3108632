import { describe, expect, test } from 'vitest';
import { explainHost } from '../../../src/explain/host.ts';
import { asking } from '../desire/containers.ts';
import { claim, OTHER, OWNER, observed } from '../diff/world.ts';
import { type Case, expectExplained, GONE_QUIET, HELLO, NEAR, ROUTED, URL } from './explained.ts';
import { factsOf, NOW } from './facts.ts';

const CASES: readonly Case[] = [
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
    'a value that is not a list',
    'hello.local',
    { frontends: [{ ...ROUTED, list: { kind: 'wrong-type', type: 'string' } }] },
    502,
    /redis-cli DEL 'frontend:hello\.local'/,
  ],
];

describe('a host', () => {
  test.each(CASES)('that has %s is explained with status and remedy', expectExplained);
});

test.each([
  ['a moment ago', 5_000, [ROUTED], 503, /unproven: http:\/\/172\.17\.0\.2:80.*docker logs c2\.$/],
  ['long ago', 60_000, [ROUTED], 200, /172\.17\.0\.2:80 was unproven/],
  [
    'a moment ago, beside another one',
    5_000,
    [observed('hello.local', [URL, 'http://10.0.0.9:80'])],
    200,
    /answers from 2 of 2 slots.*172\.17\.0\.2:80 was unproven/,
  ],
])(
  'a host whose backend accepted no connection of a front %s is explained with status',
  (...[, ago, frontends, code, why]) => {
    const note = { at: NOW - ago, host: 'hello.local', method: null, status: null };
    const failures = [{ ...note, reason: 'unproven', backend: URL }];
    const facts = factsOf({ containers: [HELLO], frontends });
    const { status } = explainHost(facts, 'hello.local', new Map([['hello.local', failures]]));
    expect(status).toEqual({ code, why: expect.stringMatching(why) });
  },
);
