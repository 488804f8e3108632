import { type Case, get, gets } from './case.ts';

/** What an entry of a list may say. */
export const URLS: readonly Case[] = [
  {
    name: 'the path of a URL is dropped',
    redis: { lists: { 'a.com': ['http://127.0.0.1:<B1>/some/path?x=1'] } },
    steps: [{ kind: 'http', host: 'a.com', path: '/asked' }],
    expect: { answers: ['B1'], request: { url: '/asked' } },
  },
  {
    name: 'a slash at the end of a URL does not matter',
    redis: { lists: { 'a.com': ['http://127.0.0.1:<B1>/'] } },
    steps: get('a.com'),
    expect: { answers: ['B1'] },
  },
  {
    name: 'a backend may be named by a name of the hosts file',
    redis: { lists: { 'a.com': ['http://localhost:<B1>'] } },
    steps: gets('a.com', 3),
    expect: { answers: { B1: 3 }, seen: { host: 'a.com' } },
    except: { planb: { answers: { B1: 3 } } },
  },
  {
    name: 'a name that does not exist is like a backend that is not there',
    redis: { lists: { 'a.com': ['http://no-such-name.invalid:80'] } },
    steps: get('a.com'),
    expect: { answers: ['unreachable'] },
  },
  {
    name: 'a name that does not exist leaves the request to another backend',
    redis: { lists: { 'a.com': ['http://no-such-name.invalid:80', 'B1'] } },
    steps: gets('a.com', 4),
    expect: { answers: { B1: 4 } },
    except: { hipache: 'hipache may draw the same one four times', planb: 'planb does not retry' },
  },
  {
    name: 'a backend may have an IPv6 address',
    redis: { lists: { 'a.com': ['six'] } },
    steps: get('a.com'),
    expect: { answers: ['six'] },
  },
  {
    name: 'https:// speaks TLS to the backend',
    redis: { lists: { 'a.com': ['https://127.0.0.1:<secure>'] } },
    steps: gets('a.com', 2),
    expect: { answers: { secure: 2 }, seen: { host: 'a.com' } },
    except: {
      hipache: 'hipache speaks HTTP to https:// backends',
      planb: 'planb verifies the certificate',
    },
  },
  {
    name: 'an entry that is not a URL leaves the request to another backend',
    redis: { lists: { 'a.com': ['ftp://127.0.0.1:<B1>', '', 'junk', 'http://', 'B2'] } },
    steps: gets('a.com', 6),
    expect: { answers: { B2: 6 } },
    except: {
      hipache: 'hipache ignores the scheme and connects to nonsense',
      planb: 'planb does not retry',
    },
  },
  {
    name: 'a list of nothing but nonsense is like one without a living backend',
    redis: { lists: { 'a.com': ['ftp://127.0.0.1:<B1>', 'junk', 'http://127.0.0.1:99999'] } },
    steps: get('a.com'),
    expect: { answers: ['unreachable'] },
    except: { hipache: 'hipache ignores the scheme and connects to nonsense' },
  },
];
