import { type Case, get } from './case.ts';

const NO_WILDCARDS = 'planb has no wildcards';
const NEVER_LOWERED = 'planb tells upper from lower case';
const HANGS = 'hipache never answers for a key of the wrong type';

/** Which list answers for a host. */
export const LOOKUP: readonly Case[] = [
  {
    name: 'a host is found by its own name',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: get('a.com'),
    expect: { answers: ['B1'] },
  },
  {
    name: 'a host that nothing names is unknown',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: get('b.com', 'xa.com', 'com'),
    expect: { answers: ['unknown', 'unknown', 'unknown'] },
  },
  {
    name: 'the port of the Host header does not matter',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: get('a.com:8080', 'a.com:80'),
    expect: { answers: ['B1', 'B1'] },
  },
  {
    name: 'a key with a port is nobody’s',
    redis: { lists: { 'a.com:8080': ['B1'] } },
    steps: get('a.com:8080', 'a.com'),
    expect: { answers: ['unknown', 'unknown'] },
    except: { planb: { answers: ['B1', 'unknown'] } },
  },
  {
    name: 'upper and lower case are one',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: get('A.com', 'a.COM', 'A.COM:80'),
    expect: { answers: ['B1', 'B1', 'B1'] },
    except: { hipache: { answers: ['unknown', 'unknown', 'B1'] }, planb: NEVER_LOWERED },
  },
  {
    name: 'a key in upper case is nobody’s',
    redis: { lists: { 'A.com': ['B1'] } },
    steps: get('A.com', 'a.com'),
    expect: { answers: ['unknown', 'unknown'] },
    except: { hipache: { answers: ['B1', 'unknown'] }, planb: NEVER_LOWERED },
  },
  {
    name: 'a trailing dot does not matter, with and without a port',
    redis: { lists: { 'a.com': ['B1'], '*.b.com': ['B2'] } },
    steps: get('a.com.', 'a.com.:80', 'x.b.com.'),
    expect: { answers: ['B1', 'B1', 'B2'] },
    except: {
      hipache: { answers: ['unknown', 'unknown', 'unknown'] },
      planb: { answers: ['unknown', 'unknown', 'unknown'] },
    },
  },
  {
    name: 'a wildcard answers for one label and for more',
    redis: { lists: { '*.ex.com': ['B1'] } },
    steps: get('a.ex.com', 'b.a.ex.com', 'd.c.b.a.ex.com'),
    expect: { answers: ['B1', 'B1', 'B1'] },
    except: { planb: NO_WILDCARDS },
  },
  {
    name: 'a wildcard does not answer for its own domain',
    redis: { lists: { '*.ex.com': ['B1'] } },
    steps: get('ex.com', 'aex.com'),
    expect: { answers: ['unknown', 'unknown'] },
  },
  {
    name: 'the most exact list wins',
    redis: {
      lists: {
        ...{ 'ex.com': ['B4'], 'a.ex.com': ['B1'], '*.ex.com': ['B2'] },
        ...{ '*.b.ex.com': ['B3'], '*': ['B5'] },
      },
    },
    steps: get('a.ex.com', 'x.ex.com', 'x.b.ex.com', 'b.ex.com', 'ex.com', 'zzz'),
    expect: { answers: ['B1', 'B2', 'B3', 'B2', 'B4', 'B5'] },
    except: { planb: NO_WILDCARDS },
  },
  {
    name: 'the catch-all answers for names and addresses',
    redis: { lists: { '*': ['B1'] } },
    steps: get('q', 'a.b.c.d', '1.2.3.4', '1.2.3.4:81'),
    expect: { answers: ['B1', 'B1', 'B1', 'B1'] },
    except: { planb: NO_WILDCARDS },
  },
  {
    name: 'the catch-all answers for an IPv6 address',
    redis: { lists: { '*': ['B1'] } },
    steps: get('[::1]', '[::1]:81'),
    expect: { answers: ['B1', 'B1'] },
    except: { planb: NO_WILDCARDS, hipache: 'hipache takes the first colon for the port’s' },
  },
  {
    name: 'an address may have a list of its own',
    redis: { lists: { '127.0.0.1': ['B1'] } },
    steps: get('127.0.0.1', '127.0.0.1:8080'),
    expect: { answers: ['B1', 'B1'] },
  },
  {
    name: 'five labels may follow a wildcard',
    redis: { lists: { '*.b.c.d.e.f': ['B1'] } },
    steps: get('a.b.c.d.e.f', 'x.y.z.b.c.d.e.f'),
    expect: { answers: ['B1', 'B1'] },
    except: { planb: NO_WILDCARDS },
  },
  {
    name: 'six labels may not, and the next shorter wildcard answers',
    redis: { lists: { '*.b.c.d.e.f.g': ['B1'], '*.c.d.e.f.g': ['B2'] } },
    steps: get('a.b.c.d.e.f.g'),
    expect: { answers: ['B2'] },
    except: { planb: NO_WILDCARDS },
  },
  {
    name: 'a host of many labels has a list of its own like any other',
    redis: { lists: { 'a.b.c.d.e.f.g.h.i': ['B1'] } },
    steps: get('a.b.c.d.e.f.g.h.i'),
    expect: { answers: ['B1'] },
  },
  {
    name: 'a star in the middle of a key is nobody’s',
    redis: { lists: { 'a.*.com': ['B1'], '*.*.com': ['B2'] } },
    steps: get('a.b.com'),
    expect: { answers: ['unknown'] },
  },
  {
    name: 'an underscore, digits and punycode are names like others',
    redis: { lists: { 'my_app.local': ['B1'], '4.xn--bcher-kva.de': ['B2'] } },
    steps: get('my_app.local', '4.xn--bcher-kva.de'),
    expect: { answers: ['B1', 'B2'] },
  },
  {
    name: 'a held vhost ends the search before every wildcard',
    redis: { lists: { 'a.com': [], '*.com': ['B1'], '*': ['B2'] } },
    steps: get('a.com', 'b.com', 'c.org'),
    expect: { answers: ['held', 'B1', 'B2'] },
    except: { planb: NO_WILDCARDS },
  },
  {
    name: 'a held wildcard ends the search before the catch-all',
    redis: { lists: { '*.com': [], '*': ['B1'], 'own.com': ['B2'] } },
    steps: get('a.com', 'own.com', 'a.org'),
    expect: { answers: ['held', 'B2', 'B1'] },
    except: { planb: NO_WILDCARDS },
  },
  {
    name: 'a held catch-all answers for everything else',
    redis: { lists: { '*': [], 'own.com': ['B2'] } },
    steps: get('a.com', 'own.com'),
    expect: { answers: ['held', 'B2'] },
    except: { planb: NO_WILDCARDS },
  },
  {
    name: 'a key of the wrong type is an error of that host alone',
    redis: { texts: { 'frontend:a.com': 'text' }, lists: { 'b.com': ['B1'], '*': ['B2'] } },
    steps: get('a.com', 'b.com'),
    expect: { answers: ['wrong type', 'B1'] },
    except: { hipache: HANGS },
  },
  {
    name: 'a wildcard of the wrong type does not hurt hosts with lists of their own',
    redis: { texts: { 'frontend:*.com': 'text' }, lists: { 'b.com': ['B1'] } },
    steps: get('a.com', 'b.com'),
    expect: { answers: ['wrong type', 'B1'] },
    except: { hipache: HANGS, planb: NO_WILDCARDS },
  },
  {
    name: 'marks of the wrong type hide nobody',
    redis: { texts: { 'dead:a.com': 'text' }, lists: { 'a.com': ['B1'] } },
    steps: get('a.com'),
    expect: { answers: ['B1'] },
    except: { hipache: HANGS, planb: { answers: ['wrong type'] } },
  },
];
