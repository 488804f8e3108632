import { type Case, gets } from './case.ts';

const LISTS = { lists: { 'a.com': ['B1'] } };
const MEGABYTE = 1024 * 1024;

const PATHS = ['/a%20b', '//x', '/a/../b', '/x{}|', '/?q=%26&x=[]', '/%2F', '/%C3%A9', '/a?b?c#'];

/** Bodies, streams, WebSockets: whatever passes through. */
export const TRAFFIC: readonly Case[] = [
  ...PATHS.map(
    (path): Case => ({
      name: `the path ${path} reaches the backend as it is`,
      redis: LISTS,
      steps: [
        { kind: 'raw', bytes: `GET ${path} HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n` },
      ],
      expect: { answers: ['200'], body: `"url":"${path.replace('#', '')}` },
      ...(path.includes('{') ? { except: { planb: 'planb encodes braces' } } : {}),
    }),
  ),
  {
    name: 'HTTP/1.0 is served',
    redis: LISTS,
    steps: [{ kind: 'raw', bytes: 'GET /old HTTP/1.0\r\nHost: a.com\r\n\r\n' }],
    expect: { answers: ['200'], body: '"url":"/old"' },
  },
  {
    name: 'every method passes',
    redis: LISTS,
    steps: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'PURGE'].map(
      (method) => ({ kind: 'http', host: 'a.com', method }),
    ),
    expect: { answers: { B1: 8 }, request: { method: 'PURGE' } },
  },
  {
    name: 'HEAD gets headers alone',
    redis: LISTS,
    steps: [{ kind: 'http', host: 'a.com', method: 'HEAD' }],
    expect: { answers: ['200'], headers: { 'x-powered-by': 'test' }, body: /^$/ },
  },
  {
    name: 'a body in chunks arrives whole',
    redis: LISTS,
    steps: [
      {
        ...{ kind: 'http', host: 'a.com', method: 'POST', body: 100_000 },
        headers: { 'transfer-encoding': 'chunked' },
      },
    ],
    expect: { answers: ['B1'], request: { bytes: 100_000 } },
  },
  {
    name: 'a DELETE may have a body',
    redis: LISTS,
    steps: [
      {
        ...{ kind: 'http', host: 'a.com', method: 'DELETE', body: 'why' },
        headers: { 'content-length': '3' },
      },
    ],
    expect: { answers: ['B1'], request: { bytes: 3 } },
  },
  {
    name: 'an upload of known length streams: its first half arrives before the rest is sent',
    redis: { lists: { 'a.com': ['reader'] } },
    steps: [{ kind: 'upload', host: 'a.com', bytes: 20 * MEGABYTE }],
    expect: { answers: ['200'], body: String(20 * MEGABYTE) },
  },
  {
    name: 'an upload in chunks streams as well',
    redis: { lists: { 'a.com': ['reader'] } },
    steps: [{ kind: 'upload', host: 'a.com', bytes: 8 * MEGABYTE, chunked: true }],
    expect: { answers: ['200'], body: String(8 * MEGABYTE) },
  },
  {
    name: 'a client that expects to be told to continue is told',
    redis: LISTS,
    steps: [
      {
        ...{ kind: 'http', host: 'a.com', method: 'POST', body: 'later' },
        headers: { expect: '100-continue' },
      },
    ],
    expect: { answers: ['B1'], request: { bytes: 5 } },
  },
  {
    name: 'a download of many megabytes arrives whole',
    redis: { lists: { 'a.com': ['large'] } },
    steps: [{ kind: 'http', host: 'a.com' }],
    expect: { answers: ['200'], headers: { 'x-received': String(12 * MEGABYTE) } },
  },
  {
    name: 'events stream: the first arrives while the second is not yet sent',
    redis: { lists: { 'a.com': ['events'] } },
    steps: [{ kind: 'stream', host: 'a.com' }],
    expect: { answers: ['200'], body: 'data: second' },
  },
  {
    name: 'an answer that breaks off is not made to look whole',
    redis: { lists: { 'a.com': ['short'] } },
    steps: gets('a.com', 1),
    expect: { answers: ['closed'] },
    except: { hipache: 'hipache lets the client wait for tcpTimeout' },
  },
  {
    name: 'a WebSocket is tunnelled, and the backend told who asked',
    redis: LISTS,
    steps: [{ kind: 'websocket', host: 'a.com' }],
    expect: {
      answers: ['101'],
      seen: { host: 'a.com', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' },
    },
    except: { hipache: { answers: ['101'], seen: { host: 'a.com' } }, planb: { answers: ['101'] } },
  },
  {
    name: 'a WebSocket may be silent for longer than an answer may take',
    redis: LISTS,
    steps: [{ kind: 'websocket', host: 'a.com', idleMs: 4_000 }],
    expect: { answers: ['101'] },
  },
  {
    name: 'a WebSocket to an unknown host is answered like any request',
    steps: [{ kind: 'websocket', host: 'nobody.test' }],
    expect: { answers: ['unknown'] },
    except: { hipache: 'hipache does not answer', planb: { answers: ['502'] } },
  },
  {
    name: 'a WebSocket to a held vhost is told when to come back',
    redis: { lists: { 'a.com': [] } },
    steps: [{ kind: 'websocket', host: 'a.com' }],
    expect: { answers: ['held'], headers: { 'retry-after': /^\d+$/ } },
    except: { hipache: 'hipache does not answer', planb: { answers: ['502'] } },
  },
  {
    name: 'a WebSocket reaches another backend if one refuses, which is marked',
    redis: { lists: { 'a.com': ['refused', 'B1'] } },
    steps: [
      { kind: 'websocket', host: 'a.com', times: 6 },
      { kind: 'marked', host: 'a.com', slots: ['0'] },
    ],
    expect: { answers: { 101: 6 }, dead: { 'a.com': ['0'] } },
    except: { hipache: 'hipache’s worker crashes', planb: 'planb answers 502' },
  },
];
