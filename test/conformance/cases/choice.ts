import { type Case, get, gets } from './case.ts';

/** Which backend of a list gets a request. */
export const CHOICE: readonly Case[] = [
  {
    name: 'every backend of a list gets its share',
    redis: { lists: { 'a.com': ['B1', 'B2', 'B3'] } },
    steps: gets('a.com', 60),
    expect: { answers: { B1: [15, 25], B2: [15, 25], B3: [15, 25] } },
    except: { hipache: { answers: { B1: [5, 40], B2: [5, 40], B3: [5, 40] } } },
  },
  {
    name: 'a URL that stands three times weighs three times',
    redis: { lists: { 'a.com': ['B1', 'B2', 'B1', 'B1'] } },
    steps: gets('a.com', 80),
    expect: { answers: { B1: [55, 65], B2: [15, 25] } },
    except: { hipache: { answers: { B1: [45, 75], B2: [5, 35] } } },
  },
  {
    name: 'a single backend gets everything',
    redis: { lists: { 'a.com': ['B1'] } },
    steps: gets('a.com', 10),
    expect: { answers: { B1: 10 } },
  },
  {
    name: 'a dead slot gets nothing',
    redis: { lists: { 'a.com': ['B1', 'B2'] }, dead: { 'a.com': ['0'] } },
    steps: gets('a.com', 10),
    expect: { answers: { B2: 10 }, dead: { 'a.com': ['0'] } },
  },
  {
    name: 'the last slot may be the dead one',
    redis: { lists: { 'a.com': ['B1', 'B2', 'B3'] }, dead: { 'a.com': ['2'] } },
    steps: gets('a.com', 20),
    expect: { answers: { B1: [1, 19], B2: [1, 19] } },
  },
  {
    name: 'each copy of a URL has a slot of its own',
    redis: { lists: { 'a.com': ['B1', 'B2', 'B1'] }, dead: { 'a.com': ['0', '1'] } },
    steps: gets('a.com', 10),
    expect: { answers: { B1: 10 } },
  },
  {
    name: 'a slot has as many digits as it needs',
    redis: {
      lists: { 'a.com': [...Array.from({ length: 11 }, () => 'B1'), 'B2'] },
      dead: { 'a.com': Array.from({ length: 11 }, (_, i) => String(i)) },
    },
    steps: gets('a.com', 10),
    expect: { answers: { B2: 10 } },
  },
  {
    name: 'where all are dead nobody is asked',
    redis: { lists: { 'a.com': ['B1', 'B2'] }, dead: { 'a.com': ['0', '1'] } },
    steps: gets('a.com', 3),
    expect: { answers: { 'all dead': 3 }, reached: { B1: [0, 0], B2: [0, 0] } },
  },
  {
    name: 'where the only one is dead nobody is asked',
    redis: { lists: { 'a.com': ['B1'] }, dead: { 'a.com': ['0'] } },
    steps: gets('a.com', 3),
    expect: { answers: { 'all dead': 3 }, reached: { B1: [0, 0] } },
  },
  {
    name: 'a list whose backends are all dead does not let a wildcard answer',
    redis: { lists: { 'a.com': ['B1'], '*': ['B2'] }, dead: { 'a.com': ['0'] } },
    steps: get('a.com'),
    expect: { answers: ['all dead'] },
  },
  {
    name: 'marks that are not a slot of the list hurt nobody',
    redis: {
      lists: { 'a.com': ['B1', 'B2'] },
      dead: { 'a.com': ['7', 'zz', '-1', ''] },
    },
    steps: gets('a.com', 20),
    expect: { answers: { B1: [1, 19], B2: [1, 19] } },
    except: { planb: { answers: { B2: 20 } } },
  },
  {
    name: 'a backend whose mark ended is asked again',
    redis: { lists: { 'a.com': ['B1', 'B2'] }, dead: { 'a.com': ['0'] }, deadMs: 300 },
    steps: [...get('a.com'), { kind: 'marked', host: 'a.com', slots: [] }, ...gets('a.com', 20)],
    expect: { answers: { B1: [1, 20], B2: [1, 20] } },
  },
  {
    name: 'marks are those of the requested host, not of its wildcard',
    redis: {
      lists: { '*.ex.com': ['B1', 'B2'] },
      dead: { 'a.ex.com': ['0'], '*.ex.com': ['1'] },
    },
    steps: gets('a.ex.com', 10),
    expect: { answers: { B2: 10 } },
    except: { planb: 'planb has no wildcards' },
  },
  {
    name: 'marks of one host do not matter to another',
    redis: {
      lists: { 'a.com': ['B1'], 'b.com': ['B1'] },
      dead: { 'b.com': ['0'] },
    },
    steps: get('a.com', 'b.com'),
    expect: { answers: ['B1', 'all dead'] },
  },
];
