import type { Case, Text } from './case.ts';

const LISTS = { lists: { 'a.com': ['B1'] } };
const KEEPS = 'hipache keeps what the client says';

const FORGED = {
  'x-forwarded-for': '1.1.1.1',
  'x-forwarded-host': 'forged.test',
  'x-forwarded-port': '9',
  'x-forwarded-proto': 'https',
  'x-forwarded-protocol': 'https',
  'x-real-ip': '2.2.2.2',
};

/** A request with these headers, and how the backend sees it. */
function sees(
  name: string,
  headers: Readonly<Record<string, string>>,
  seen: Readonly<Record<string, Text>>,
  except: Case['except'] = {},
): Case {
  return {
    name,
    redis: LISTS,
    steps: [{ kind: 'http', host: 'a.com', headers }],
    expect: { answers: ['B1'], seen },
    except,
  };
}

/** What backends are told about requests, and clients about answers. */
export const HEADERS: readonly Case[] = [
  sees(
    'the backend is told who asked and how',
    {},
    {
      host: 'a.com',
      'x-forwarded-for': /^(::ffff:)?127\.0\.0\.1$/,
      'x-forwarded-host': 'a.com',
      'x-forwarded-port': '80',
      'x-forwarded-proto': 'http',
      'x-real-ip': '127.0.0.1',
    },
    {
      hipache: { seen: { 'x-forwarded-for': /127\.0\.0\.1$/, 'x-forwarded-port': '80' } },
      planb: { seen: { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' } },
    },
  ),
  {
    name: 'the Host header reaches the backend as it was sent, with case and port',
    redis: LISTS,
    steps: [{ kind: 'http', host: 'A.com:8080' }],
    expect: { seen: { host: 'A.com:8080', 'x-forwarded-port': '8080' } },
    except: {
      hipache: { seen: { host: 'A.com:8080' } },
      planb: 'planb tells upper from lower case',
    },
  },
  sees(
    'what a stranger says about forwarding is not believed',
    FORGED,
    {
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'a.com',
      'x-forwarded-port': '80',
      'x-forwarded-proto': 'http',
      'x-forwarded-protocol': 'http',
      'x-real-ip': '127.0.0.1',
    },
    { hipache: KEEPS, planb: 'planb appends' },
  ),
  {
    name: 'what a trusted address says about forwarding is believed',
    redis: LISTS,
    steps: [{ kind: 'http', host: 'a.com', headers: FORGED, from: '127.0.0.2' }],
    expect: {
      seen: { ...FORGED, 'x-forwarded-for': '1.1.1.1, 127.0.0.2', 'x-real-ip': '1.1.1.1' },
    },
    except: {
      hipache: { seen: FORGED },
      planb: { seen: { ...FORGED, 'x-forwarded-for': '1.1.1.1, 127.0.0.2' } },
    },
  },
  sees(
    'every request gets an identifier',
    {},
    { 'x-request-id': /^[\w-]{16,64}$/ },
    { hipache: 'hipache gives none', planb: 'planb gives one on request' },
  ),
  sees(
    'an identifier from a stranger is replaced',
    { 'x-request-id': 'forged' },
    { 'x-request-id': /^(?!forged)[\w-]{16,64}$/ },
    { hipache: KEEPS, planb: KEEPS },
  ),
  {
    name: 'an identifier from a trusted address is kept',
    redis: LISTS,
    steps: [
      { kind: 'http', host: 'a.com', headers: { 'x-request-id': 'given-1' }, from: '127.0.0.2' },
    ],
    expect: { seen: { 'x-request-id': 'given-1' } },
  },
  sees(
    'a header Proxy, which CGI would take for a setting, is left out',
    { proxy: 'http://evil.test' },
    { proxy: null },
    { hipache: 'hipache passes it on', planb: 'planb passes it on' },
  ),
  sees(
    'names with an underscore or a dot pass',
    { my_token: '1', 'my.token': '2', x_token: '3', 'x.token': '4' },
    { my_token: '1', 'my.token': '2', x_token: '3', 'x.token': '4' },
  ),
  sees(
    'what CGI cannot tell from a header about forwarding is left out',
    {
      x_forwarded_for: '1.1.1.1',
      'x.forwarded.for': '1.1.1.1',
      'x-forwarded_host': 'forged.test',
      'x.forwarded-proto': 'https',
      'x_real.ip': '2.2.2.2',
      'x-request_id': 'forged',
    },
    {
      x_forwarded_for: null,
      'x.forwarded.for': null,
      'x-forwarded_host': null,
      'x.forwarded-proto': null,
      'x_real.ip': null,
      'x-request_id': null,
    },
    { hipache: KEEPS, planb: KEEPS },
  ),
  sees(
    'what a stranger says in other headers about forwarding is left out',
    {
      forwarded: 'for=1.1.1.1;proto=https',
      'x-forwarded-prefix': '/admin',
      'x-forwarded-scheme': 'https',
      'x-forwarded-server': 'forged.test',
      'x-forwarded-ssl': 'on',
    },
    {
      forwarded: null,
      'x-forwarded-prefix': null,
      'x-forwarded-scheme': null,
      'x-forwarded-server': null,
      'x-forwarded-ssl': null,
    },
    { hipache: KEEPS, planb: KEEPS },
  ),
  {
    name: 'a trusted address may say it, but not in a spelling that is its client’s',
    redis: LISTS,
    steps: [
      {
        kind: 'http',
        host: 'a.com',
        from: '127.0.0.2',
        headers: {
          forwarded: 'for=1.1.1.1',
          'x-forwarded-prefix': '/app',
          'x-forwarded-host': 'right.test',
          x_forwarded_host: 'forged.test',
          'x-forwarded-proto': 'https',
          'x.forwarded.proto': 'http',
        },
      },
    ],
    expect: {
      seen: {
        forwarded: 'for=1.1.1.1',
        'x-forwarded-prefix': '/app',
        'x-forwarded-host': 'right.test',
        x_forwarded_host: null,
        'x-forwarded-proto': 'https',
        'x.forwarded.proto': null,
      },
    },
    except: { hipache: KEEPS, planb: KEEPS },
  },
  sees(
    'an upgrade to HTTP/2 is not passed on',
    { upgrade: 'h2c', connection: 'Upgrade, HTTP2-Settings', 'http2-settings': 'AAMAAABk' },
    { upgrade: null },
    {
      hipache: 'hipache passes all hop-by-hop headers on',
      planb: 'planb takes it for a WebSocket',
    },
  ),
  sees(
    'cookies and other headers are left as they are',
    { cookie: 'a=1; b="2"', te: 'trailers' },
    {
      cookie: 'a=1; b="2"',
    },
  ),
  sees(
    'encodings are between client and backend',
    { 'accept-encoding': 'br;q=1.0, gzip' },
    {
      'accept-encoding': 'br;q=1.0, gzip',
    },
  ),
  {
    name: 'a header of many kilobytes passes in both directions',
    redis: { lists: { 'a.com': ['mirror'] } },
    steps: [{ kind: 'http', host: 'a.com', headers: { 'x-long': 'x'.repeat(7000) } }],
    expect: { answers: ['200'], headers: { 'x-long': 'x'.repeat(7000) } },
  },
  {
    name: 'headers of the backend reach the client, its server’s name and every cookie among them',
    redis: { lists: { 'a.com': ['mirror'] } },
    steps: [{ kind: 'http', host: 'a.com' }],
    expect: {
      headers: { server: 'backend', 'x-powered-by': 'test', 'set-cookie': 'a=1, b=2' },
    },
  },
  {
    name: 'headers of the backend do not steer the front',
    redis: { lists: { 'a.com': ['steering'] } },
    steps: [{ kind: 'http', host: 'a.com' }],
    expect: { answers: ['200'], body: /^mine$/ },
  },
  {
    name: 'X-Debug shows the backend, its slot and the key',
    redis: { lists: { '*.com': ['B1'] } },
    steps: [{ kind: 'http', host: 'a.com', headers: { 'x-debug': '1' } }],
    expect: {
      answers: ['B1'],
      headers: {
        'x-debug-backend-url': /^http:\/\/127\.0\.0\.1:\d+\/?$/,
        'x-debug-backend-id': '0',
        'x-debug-frontend-key': /^(\*\.com|a\.com)$/,
      },
    },
    except: { planb: 'planb has X-Debug-Router' },
  },
  {
    name: 'without X-Debug nothing is shown',
    redis: LISTS,
    steps: [{ kind: 'http', host: 'a.com' }],
    expect: { answers: ['B1'], headers: { 'x-debug-backend-url': null } },
  },
];
