import { type Case, get, gets } from './case.ts';

function passedOn(status: number, marked: boolean): Case {
  const name = `status-${status}`;
  const marks = marked ? { count: 2 } : [];
  return {
    name: `a backend’s ${status} reaches the client${marked ? ' and marks the backend' : ''}`,
    redis: { lists: { 'a.com': [name, `${name}-2`, 'B1'] } },
    steps: gets('a.com', 12),
    expect: {
      answers: { [status]: [marked ? 2 : 6, 10], B1: [2, 10] },
      dead: { 'a.com': marks },
    },
    except: {
      hipache: status === 503 ? { dead: { 'a.com': [] } } : { dead: { 'a.com': marks } },
      planb: { answers: { [status]: 8, B1: 4 }, dead: { 'a.com': [] } },
    },
  };
}

/** Errors that backends answer with, and the pages that the front answers by itself. */
export const ERRORS: readonly Case[] = [
  passedOn(404, false),
  passedOn(501, true),
  passedOn(502, true),
  passedOn(503, true),
  passedOn(504, true),
  passedOn(599, true),
  {
    name: 'a 503 with Retry-After is maintenance, not death',
    redis: { lists: { 'a.com': ['maintained', 'maintained-2'] } },
    steps: gets('a.com', 6),
    expect: { answers: { 503: 6 }, headers: { 'retry-after': '120' }, dead: { 'a.com': [] } },
  },
  {
    name: 'a single backend is not marked for its errors',
    redis: { lists: { 'a.com': ['status-502'] } },
    steps: gets('a.com', 3),
    expect: { answers: { 502: 3 }, body: 'status-502', dead: { 'a.com': [] }, messages: [] },
  },
  {
    name: 'an unknown host gets a page that nobody keeps',
    steps: get('nobody.test'),
    expect: {
      answers: ['unknown'],
      headers: { 'content-type': /^text\/html/, 'cache-control': /no-(store|cache)/ },
      body: '<html',
    },
    except: { planb: { answers: ['unknown'], body: 'no such route' } },
  },
  {
    name: 'an unreachable backend gets a page',
    redis: { lists: { 'a.com': ['refused'] } },
    steps: get('a.com'),
    expect: { answers: ['unreachable'], headers: { 'content-type': /^text\/html/ }, body: '<html' },
    except: { planb: { answers: ['unreachable'] } },
  },
  {
    name: 'a held vhost says when to come back',
    redis: { lists: { 'a.com': [] } },
    steps: get('a.com'),
    expect: {
      answers: ['held'],
      headers: { 'retry-after': /^\d+$/, 'content-type': /^text\/html/ },
    },
    except: { hipache: { answers: ['held'] }, planb: { answers: ['held'] } },
  },
  {
    name: 'pages do not say which version answers',
    steps: get('nobody.test'),
    expect: { headers: { server: /^[^\d]*$/ }, without: 'nginx' },
    except: { hipache: 'hipache names no server', planb: 'planb names no server' },
  },
  {
    name: 'HEAD for an unknown host gets no body',
    steps: [{ kind: 'http', host: 'nobody.test', method: 'HEAD' }],
    expect: { answers: ['unknown'], body: /^$/ },
  },
  {
    name: 'one connection serves hosts and errors alike',
    redis: { lists: { 'a.com': ['B1'], 'held.com': [], 'down.com': ['refused'] } },
    steps: ['a.com', 'nobody.test', 'held.com', 'down.com', 'a.com'].map((host) => ({
      kind: 'http',
      host,
      kept: true,
    })),
    expect: {
      answers: ['B1', 'unknown', 'held', 'unreachable', 'B1'],
      reached: { 'client connections': [1, 1] },
    },
    except: {
      hipache: { answers: ['B1', 'unknown', 'held', 'unreachable', 'B1'] },
      planb: { answers: ['B1', 'unknown', 'held', 'unreachable', 'B1'] },
    },
  },
  {
    name: 'the host __ping__ says ok on any path, whatever stands in Redis',
    redis: { lists: { __ping__: ['B1'] } },
    steps: [
      { kind: 'http', host: '__ping__' },
      { kind: 'http', host: '__ping__', path: '/any/path' },
    ],
    expect: { answers: ['200', '200'], body: /^ok\s*$/i },
    except: { planb: 'planb answers on / alone' },
  },
  {
    name: 'the path /__ping__ says ok for any host',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: [
      { kind: 'http', host: 'a.com', path: '/__ping__' },
      { kind: 'http', host: 'nobody.test', path: '/__ping__' },
    ],
    expect: { answers: ['200', '200'], body: /^ok\s*$/ },
    except: { hipache: 'to hipache it is a path like others', planb: 'as hipache' },
  },
  {
    name: 'a path below /__ping__ is the backend’s',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: [{ kind: 'http', host: 'a.com', path: '/__ping__/x' }],
    expect: { answers: ['B1'], request: { url: '/__ping__/x' } },
  },
];
