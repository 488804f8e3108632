import { type Case, gets, type HttpStep } from './case.ts';

const NOT_MEASURED = { hipache: 'not measured', planb: 'not measured' };
const NO_OPTIONS = { hipache: 'hipache knows no options', planb: 'planb knows no options' };

/** Three requests on one connection, as long as it is kept. */
const three = (host: string): HttpStep => ({ kind: 'http', host, kept: true, times: 3 });

/** Answers that are easily taken for something else, and how long one is waited for. */
export const ANSWERS: readonly Case[] = [
  {
    name: 'an early hint is not the answer, several times on one connection',
    redis: { lists: { 'a.com': ['hinting'] } },
    steps: [three('a.com')],
    expect: { answers: { 200: 3 }, body: 'ok' },
    except: NOT_MEASURED,
  },
  {
    name: 'an interim answer that nobody asked for is not the answer',
    // A host of its own: our front reaches it by another way from then on.
    redis: { lists: { 'processing.test': ['processing'] } },
    steps: [three('processing.test')],
    expect: { answers: { 200: 3 }, body: 'ok' },
    except: NOT_MEASURED,
  },
  {
    name: 'what an answer says of its connection stays there',
    redis: { lists: { 'a.com': ['hopping'] } },
    steps: gets('a.com', 1),
    expect: { answers: ['200'], headers: { upgrade: null, 'x-mine': null } },
    except: NOT_MEASURED,
  },
  {
    name: 'an answer with a space before a colon is none, and the request runs once',
    redis: { lists: { 'a.com': ['spaced-1', 'spaced-2'] } },
    steps: gets('a.com', 1),
    expect: { answers: ['502'], reached: { 'any spaced': [1, 1] }, dead: { 'a.com': [] } },
    except: NOT_MEASURED,
  },
  {
    name: 'what is not HTTP is none, and marked like one that refuses',
    redis: { lists: { 'a.com': ['banner', 'B1'] } },
    steps: [
      { kind: 'http', host: 'a.com', times: 6 },
      { kind: 'marked', host: 'a.com', slots: ['0'] },
      { kind: 'http', host: 'a.com', times: 5 },
    ],
    expect: { answers: { B1: [9, 11], 502: [0, 2] }, dead: { 'a.com': ['0'] } },
    except: NOT_MEASURED,
  },
  {
    name: 'an application that refuses an upload before it was read is heard',
    redis: { lists: { 'a.com': ['forbidding'] } },
    steps: [{ kind: 'http', host: 'a.com', method: 'POST', body: 2_000_000, times: 10 }],
    expect: { answers: { 401: 10 } },
    except: NOT_MEASURED,
  },
  {
    name: 'a host may have more time than others',
    redis: { lists: { 'a.com': ['late'] }, options: { 'a.com': { timeout: 20_000 } } },
    steps: gets('a.com', 1),
    expect: { answers: ['200'], body: 'late' },
    except: NO_OPTIONS,
  },
  {
    name: 'a host may have less time than others',
    redis: { lists: { 'a.com': ['silent'] }, options: { 'a.com': { timeout: 100 } } },
    steps: gets('a.com', 1),
    expect: { answers: ['slow'], dead: { 'a.com': [] } },
    except: NO_OPTIONS,
  },
  {
    name: 'whether a certificate is checked may be said of a host',
    redis: { lists: { 'a.com': ['secure'] }, options: { 'a.com': { verify: 'off' } } },
    steps: gets('a.com', 3),
    expect: { answers: { secure: 3 } },
    except: NO_OPTIONS,
  },
];
