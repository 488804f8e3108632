import { type Case, get, gets } from './case.ts';

const UNMEASURED = 'was not measured there';
const NO_RETRY = 'planb does not retry';
const MARKS_SINGLE = 'planb marks a single backend too';
const NEVER_DEAD = 'they never ask a marked one';
const EIGHT = Array.from({ length: 8 }, (_, i) => `refused-${i + 1}`);

/** Backends that cannot be reached, and the marks that they get. */
export const FAILURE: readonly Case[] = [
  {
    name: 'a backend that refuses is replaced within the request',
    redis: { lists: { 'a.com': ['refused', 'B2'] } },
    steps: gets('a.com', 10),
    expect: { answers: { B2: 10 } },
    except: { planb: { answers: { B2: [9, 10], unreachable: [0, 1] } } },
  },
  {
    name: 'it is marked for thirty seconds, and the mark is published once',
    redis: { lists: { 'a.com': ['refused', 'B2'] } },
    steps: [...gets('a.com', 10), { kind: 'marked', host: 'a.com', slots: ['0'] }],
    expect: {
      dead: { 'a.com': ['0'] },
      ttl: { 'a.com': [20, 30] },
      messages: ['a.com;refused;0;2'],
    },
  },
  {
    name: 'the mark is that of the requested host, without its port, in lower case',
    redis: { lists: { '*.ex.com': ['refused', 'B1'] } },
    steps: [...gets('Z.ex.com:8080', 10), { kind: 'marked', host: 'z.ex.com', slots: ['0'] }],
    expect: {
      answers: { B1: 10 },
      dead: { 'z.ex.com': ['0'], '*.ex.com': [] },
      messages: ['z.ex.com;refused;0;2'],
    },
    except: { planb: 'planb has no wildcards' },
  },
  {
    name: 'a slot in the middle is marked by its own number',
    redis: { lists: { 'a.com': ['B1', 'B2', 'refused', 'B3'] } },
    steps: [...gets('a.com', 20), { kind: 'marked', host: 'a.com', slots: ['2'] }],
    expect: { dead: { 'a.com': ['2'] }, messages: ['a.com;refused;2;4'] },
  },
  {
    name: 'a backend that drops connections is replaced and marked',
    redis: { lists: { 'a.com': ['hole', 'B2'] } },
    steps: [...gets('a.com', 6), { kind: 'marked', host: 'a.com', slots: ['0'] }],
    expect: { answers: { B2: 6 }, dead: { 'a.com': ['0'] } },
    except: {
      hipache: 'hipache cuts the connection at tcpTimeout and marks nothing',
      planb: { answers: { B2: [5, 6], unreachable: [0, 1] } },
    },
  },
  {
    name: 'a single backend that refuses is never marked',
    redis: { lists: { 'a.com': ['refused'] } },
    steps: gets('a.com', 3),
    expect: { answers: { unreachable: 3 }, dead: { 'a.com': [] }, messages: [] },
    except: { planb: MARKS_SINGLE },
  },
  {
    name: 'a single backend that drops connections is unreachable, not slow',
    redis: { lists: { 'a.com': ['hole'] } },
    steps: get('a.com'),
    expect: { answers: ['unreachable'], dead: { 'a.com': [] } },
    except: { hipache: 'hipache cuts the connection at tcpTimeout', planb: MARKS_SINGLE },
  },
  {
    name: 'a single backend is not marked however often it stands in the list',
    redis: { lists: { 'a.com': ['refused', 'refused', 'refused'] } },
    steps: gets('a.com', 3),
    expect: { answers: { unreachable: 3 }, dead: { 'a.com': [] } },
    except: { hipache: 'hipache counts entries, not backends', planb: MARKS_SINGLE },
  },
  {
    name: 'the last living backend is not marked',
    redis: { lists: { 'a.com': ['refused-1', 'refused-2'] }, dead: { 'a.com': ['1'] } },
    steps: get('a.com'),
    expect: { answers: ['unreachable'], dead: { 'a.com': ['1'] } },
    except: { hipache: 'hipache looks at the length of the list alone', planb: MARKS_SINGLE },
  },
  {
    name: 'a marked backend is asked after all others failed, and the mark of one that answers goes',
    redis: { lists: { 'a.com': ['B1', 'refused'] }, dead: { 'a.com': ['0'] } },
    steps: [
      ...gets('a.com', 10),
      { kind: 'marked', host: 'a.com', slots: ['1'] },
      ...gets('a.com', 4),
    ],
    expect: { answers: { B1: 14 }, dead: { 'a.com': ['1'] } },
    except: { hipache: NEVER_DEAD, planb: NEVER_DEAD },
  },
  {
    name: 'a request with a body is sent to the marked one with all of it',
    redis: { lists: { 'a.com': ['B1', 'refused'] }, dead: { 'a.com': ['0'] } },
    steps: [{ kind: 'http', host: 'a.com', method: 'POST', body: 4000, times: 2 }],
    expect: { answers: { B1: 2 }, request: { method: 'POST', bytes: 4000 } },
    except: { hipache: NEVER_DEAD, planb: NEVER_DEAD },
  },
  {
    name: 'marked backends count among the four',
    redis: {
      lists: { 'a.com': [...EIGHT.slice(0, 4), 'B1'] },
      dead: { 'a.com': ['4'] },
    },
    steps: get('a.com'),
    expect: { answers: ['unreachable'], reached: { B1: [0, 0] } },
  },
  {
    name: 'four backends are tried, no more',
    redis: { lists: { 'a.com': EIGHT } },
    steps: get('a.com'),
    expect: { answers: ['unreachable'], dead: { 'a.com': { count: 4 } } },
    except: { hipache: { answers: ['unreachable'] }, planb: { dead: { 'a.com': { count: 1 } } } },
  },
  {
    name: 'three that refuse do not keep a request from the fourth',
    redis: { lists: { 'a.com': ['refused-1', 'refused-2', 'refused-3', 'B1'] } },
    steps: gets('a.com', 3),
    expect: { answers: { B1: 3 } },
    except: { hipache: 'hipache may draw the same one twice', planb: NO_RETRY },
  },
  {
    name: 'a request with a body that reached nobody is sent to another with all of it',
    redis: { lists: { 'a.com': ['refused', 'B2'] } },
    steps: [{ kind: 'http', host: 'a.com', method: 'POST', body: 4000, times: 4 }],
    expect: { answers: { B2: 4 }, request: { method: 'POST', bytes: 4000 } },
    except: { hipache: 'hipache loses the body and hangs', planb: NO_RETRY },
  },
  {
    name: 'a backend that closes before it answers is replaced where a request may be sent twice',
    redis: { lists: { 'a.com': ['closing', 'B2'] } },
    steps: gets('a.com', 8),
    expect: { answers: { B2: 8 } },
    except: { hipache: 'hipache may draw the same one twice', planb: NO_RETRY },
  },
  {
    name: 'PUT and DELETE may be sent twice',
    redis: { lists: { 'a.com': ['closing', 'B2'] } },
    steps: [
      { kind: 'http', host: 'a.com', method: 'DELETE', times: 4 },
      { kind: 'http', host: 'a.com', method: 'PUT', times: 4 },
    ],
    expect: { answers: { B2: 8 } },
    except: { hipache: 'hipache may draw the same one twice', planb: NO_RETRY },
  },
  ...['POST', 'PATCH'].map(
    (method): Case => ({
      name: `a ${method} that may have been read is sent nowhere else`,
      redis: { lists: { 'a.com': ['closing'] } },
      steps: [
        { kind: 'http', host: 'a.com', method, body: 'once' },
        { kind: 'change', keys: { lists: { 'a.com': ['closing', 'closing-2', 'closing-3'] } } },
        { kind: 'http', host: 'a.com', method, body: 'once' },
      ],
      expect: { answers: ['unreachable', 'unreachable'], reached: { 'any closing': [2, 2] } },
      except: { hipache: 'hipache retries it without its body' },
    }),
  ),
  {
    name: 'a backend that closes a kept connection is asked again on a new one, and not marked',
    redis: { lists: { 'a.com': ['once', 'once'] } },
    steps: gets('a.com', 6),
    expect: { answers: { 200: 6 }, dead: { 'a.com': [] } },
    except: { planb: { answers: { 200: 6 } } },
  },
  {
    name: 'a POST never gets a connection that served before, and so is not lost with it',
    redis: { lists: { 'a.com': ['once'] } },
    steps: [
      { kind: 'http', host: 'a.com', times: 2 },
      { kind: 'http', host: 'a.com', method: 'POST', body: 'x', times: 4 },
    ],
    expect: { answers: { 200: 6 } },
    except: { hipache: UNMEASURED, planb: UNMEASURED },
  },
  {
    name: 'a slow backend is waited for, and no other is asked',
    redis: { lists: { 'a.com': ['silent', 'silent-2'] } },
    steps: get('a.com'),
    expect: { answers: ['slow'], reached: { 'any silent': [1, 1] } },
  },
  {
    name: 'a mark is not written for a list that changed meanwhile',
    redis: { lists: { 'a.com': ['refused', 'B1'] } },
    steps: [
      ...gets('a.com', 10),
      { kind: 'marked', host: 'a.com', slots: ['0'] },
      { kind: 'change', keys: { lists: { 'a.com': ['B2', 'B1'] }, dead: { 'a.com': [] } } },
      ...gets('a.com', 10),
    ],
    expect: { answers: { B1: [11, 19], B2: [1, 9] }, dead: { 'a.com': [] } },
    except: { planb: NO_RETRY },
  },
];
