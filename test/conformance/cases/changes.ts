import { type Case, type ChangeStep, get, type Keys, type Step } from './case.ts';

const NO_WILDCARDS = 'planb has no wildcards';

function change(lists: NonNullable<Keys['lists']>): ChangeStep {
  return { kind: 'change', keys: { lists } };
}

function backAndForth(times: number): readonly Step[] {
  return Array.from({ length: times }, (_, i) => [
    change({ 'a.com': [i % 2 === 0 ? 'B2' : 'B1'] }),
    ...get('a.com'),
  ]).flat();
}

/** A change in Redis is seen by the next request. */
export const CHANGES: readonly Case[] = [
  {
    name: 'a new route serves at once',
    steps: [...get('a.com', 'a.com'), change({ 'a.com': ['B1'] }), ...get('a.com')],
    expect: { answers: ['unknown', 'unknown', 'B1'] },
  },
  {
    name: 'a removed route serves no longer',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: [...get('a.com', 'a.com'), change({ 'a.com': null }), ...get('a.com')],
    expect: { answers: ['B1', 'B1', 'unknown'] },
  },
  {
    name: 'a route that is held and served again follows at once',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: [
      ...get('a.com'),
      change({ 'a.com': [] }),
      ...get('a.com'),
      change({ 'a.com': ['B2'] }),
      ...get('a.com'),
    ],
    expect: { answers: ['B1', 'held', 'B2'] },
  },
  {
    name: 'forty changes in a row are each seen by the next request',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: backAndForth(40),
    expect: { answers: { B1: 20, B2: 20 } },
  },
  {
    name: 'a wildcard that comes and goes is seen at once, by all of its hosts',
    redis: { lists: { '*': ['B1'] } },
    steps: [
      ...get('a.ex.com', 'b.ex.com'),
      change({ '*.ex.com': ['B2'] }),
      ...get('a.ex.com', 'b.ex.com'),
      change({ '*.ex.com': null }),
      ...get('a.ex.com', 'b.ex.com'),
    ],
    expect: { answers: ['B1', 'B1', 'B2', 'B2', 'B1', 'B1'] },
    except: { planb: NO_WILDCARDS },
  },
  {
    name: 'a catch-all that comes and goes is seen at once',
    steps: [
      ...get('a.com'),
      change({ '*': ['B1'] }),
      ...get('a.com'),
      change({ '*': null }),
      ...get('a.com'),
    ],
    expect: { answers: ['unknown', 'B1', 'unknown'] },
    except: { planb: NO_WILDCARDS },
  },
  {
    name: 'a list of its own takes a host from its wildcard at once, and gives it back',
    redis: { lists: { '*.ex.com': ['B1'] } },
    steps: [
      ...get('a.ex.com'),
      change({ 'a.ex.com': ['B2'] }),
      ...get('a.ex.com'),
      change({ 'a.ex.com': null }),
      ...get('a.ex.com'),
    ],
    expect: { answers: ['B1', 'B2', 'B1'] },
    except: { planb: NO_WILDCARDS },
  },
  {
    name: 'a mark that comes is seen at once',
    redis: { lists: { 'a.com': ['B1', 'B2'] } },
    steps: [
      ...get('a.com'),
      { kind: 'change', keys: { dead: { 'a.com': ['0'] } } },
      { kind: 'http', host: 'a.com', times: 10 },
    ],
    expect: { answers: { B1: [0, 1], B2: [10, 11] } },
  },
  {
    name: 'a frozen Redis does not stop a host that was served before',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: [...get('a.com'), { kind: 'freeze', ms: 1500 }, ...get('a.com', 'a.com')],
    expect: { answers: ['B1', 'B1', 'B1'] },
  },
];
