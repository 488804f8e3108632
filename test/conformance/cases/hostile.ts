import type { Case } from './case.ts';

const LISTS = { lists: { 'a.com': ['B1'], '*': ['B2'] } };
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a.com\r\n\r\n';
const CATCH_ALL = 'planb has no catch-all';
const NODE = 'left to Node’s parser';
const GO = 'left to Go’s parser';

/** Lines of a request, and that it must be refused without any backend seeing it. */
function refused(name: string, ...lines: readonly string[]): Case {
  return {
    name,
    redis: LISTS,
    steps: [{ kind: 'raw', bytes: `${lines.join('\r\n')}\r\n\r\n${SMUGGLED}` }],
    expect: {
      answers: {
        '400': [0, 1],
        '414': [0, 1],
        '431': [0, 1],
        '494': [0, 1],
        '501': [0, 1],
        '505': [0, 1],
      },
      reached: { B1: [0, 0], B2: [0, 0] },
    },
    except: { hipache: NODE, planb: GO },
  };
}

/** The same for a Host header, which every proxy has to judge by itself. */
function badHost(name: string, ...lines: readonly string[]): Case {
  return {
    ...refused(name, ...lines, 'Connection: close'),
    expect: { answers: { 'bad host': [1, 2] }, reached: { B1: [0, 0], B2: [0, 0] } },
    except: { hipache: 'hipache asks the catch-all', planb: CATCH_ALL },
  };
}

/** Requests that want something else than they say. */
export const HOSTILE: readonly Case[] = [
  refused(
    'a length and chunks together are refused',
    ...['POST / HTTP/1.1', 'Host: a.com', 'Content-Length: 4', 'Transfer-Encoding: chunked'],
  ),
  refused(
    'two lengths are refused',
    ...['POST / HTTP/1.1', 'Host: a.com', 'Content-Length: 4', 'Content-Length: 40'],
  ),
  refused('a negative length is refused', 'POST / HTTP/1.1', 'Host: a.com', 'Content-Length: -1'),
  refused(
    'a length with a sign is refused',
    'POST / HTTP/1.1',
    'Host: a.com',
    'Content-Length: +4',
  ),
  refused(
    'two lengths in one are refused',
    'POST / HTTP/1.1',
    'Host: a.com',
    'Content-Length: 4, 4',
  ),
  refused(
    'an encoding that nobody knows is refused',
    ...['POST / HTTP/1.1', 'Host: a.com', 'Transfer-Encoding: xchunked'],
  ),
  refused(
    'two encodings are refused',
    ...[
      'POST / HTTP/1.1',
      'Host: a.com',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: chunked',
    ],
  ),
  refused(
    'a chunk whose size is not a number is refused',
    ...['POST / HTTP/1.1', 'Host: a.com', 'Transfer-Encoding: chunked', '', 'zz', 'x'],
  ),
  refused('a space before the colon is refused', 'GET / HTTP/1.1', 'Host: a.com', 'X-Name : x'),
  refused('a folded header is refused', 'GET / HTTP/1.1', 'Host: a.com', 'X-Name: a', ' b'),
  refused('a zero byte in a header is refused', 'GET / HTTP/1.1', 'Host: a.com', 'X-Name: a\0b'),
  refused('what is not a method is refused', 'GE(T / HTTP/1.1', 'Host: a.com'),
  refused('what is not a version is refused', 'GET / HTTP/9.9', 'Host: a.com'),
  refused(
    'a request line of 64 KB is refused',
    `GET /${'x'.repeat(65_536)} HTTP/1.1`,
    'Host: a.com',
  ),
  refused(
    'a header of 64 KB is refused',
    'GET / HTTP/1.1',
    'Host: a.com',
    `X: ${'x'.repeat(65_536)}`,
  ),
  refused(
    'half a megabyte of headers is refused',
    ...['GET / HTTP/1.1', 'Host: a.com'],
    ...Array.from({ length: 64 }, (_, i) => `X-${i}: ${'x'.repeat(8000)}`),
  ),
  refused('two Host headers are refused', 'GET / HTTP/1.1', 'Host: a.com', 'Host: b.com'),
  badHost('a request without a Host header is refused', 'GET / HTTP/1.1'),
  badHost('an empty Host header is refused', 'GET / HTTP/1.1', 'Host:'),
  badHost('a host with a semicolon would forge a message', 'GET / HTTP/1.1', 'Host: a;b.com'),
  badHost('a host with a slash is refused', 'GET / HTTP/1.1', 'Host: a.com/x'),
  badHost('a host with a space is refused', 'GET / HTTP/1.1', 'Host: a.com b.com'),
  badHost('a host with a star would be a key', 'GET / HTTP/1.1', 'Host: *.com'),
  badHost('a host of 300 characters is refused', 'GET / HTTP/1.1', `Host: ${'a'.repeat(300)}`),
  badHost('a port that is not a number is refused', 'GET / HTTP/1.1', 'Host: a.com:80x'),
  {
    name: 'the host of the request line beats the header',
    redis: LISTS,
    steps: [
      {
        kind: 'raw',
        bytes: 'GET http://a.com/x HTTP/1.1\r\nHost: b.com\r\nConnection: close\r\n\r\n',
      },
    ],
    expect: { answers: ['200'], body: '"backend":"B1"' },
    except: { hipache: 'hipache takes the header' },
  },
  {
    name: 'a body for an unknown host is never read as the next request',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: [
      {
        kind: 'raw',
        bytes:
          `POST / HTTP/1.1\r\nHost: nobody.test\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n` +
          `${SMUGGLED}GET /real HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n`,
      },
    ],
    expect: { answers: ['unknown', '200'], body: '"url":"/real"', without: 'smuggled' },
  },
  {
    name: 'a body for a held vhost is never read as the next request',
    redis: { lists: { 'a.com': ['B1'], 'held.com': [] } },
    steps: [
      {
        kind: 'raw',
        bytes:
          `POST / HTTP/1.1\r\nHost: held.com\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n` +
          `${SMUGGLED}GET /real HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n`,
      },
    ],
    expect: { answers: ['held', '200'], body: '"url":"/real"', without: 'smuggled' },
  },
  {
    name: 'a route that leads back to the proxy does not go round for ever',
    redis: { lists: { 'a.com': ['proxy'] } },
    steps: [{ kind: 'http', host: 'a.com' }],
    expect: { answers: ['508'] },
    except: { hipache: 'hipache goes round', planb: 'planb goes round' },
  },
];
