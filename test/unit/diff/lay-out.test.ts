import { expect, test } from 'vitest';
import { layOut } from '../../../src/diff/lay-out.ts';

const [A, B, C, D, E] = ['a', 'b', 'c', 'd', 'e'].map((name) => `http://${name}:80`) as [
  string,
  string,
  string,
  string,
  string,
];

interface Row {
  readonly title: string;
  readonly entries: readonly string[];
  readonly mine?: Readonly<Record<string, number>>;
  readonly others?: Readonly<Record<string, number>>;
  readonly desired: Readonly<Record<string, number>>;
  readonly marked?: readonly number[];
  /** URL and the slot that it had. */
  readonly places: readonly (readonly [url: string, from: number | null])[];
}

const ROWS: readonly Row[] = [
  {
    title: 'new URLs go behind, in the order in which they are wanted',
    entries: [A],
    desired: { [C]: 1, [B]: 1 },
    places: [
      [A, 0],
      [C, null],
      [B, null],
    ],
  },
  {
    title: 'a new URL takes the slot of one that goes',
    entries: [A, B, C],
    mine: { [A]: 1, [B]: 1, [C]: 1 },
    desired: { [A]: 1, [C]: 1, [D]: 1 },
    places: [
      [A, 0],
      [D, null],
      [C, 2],
    ],
  },
  {
    title: 'the lowest slots are filled first',
    entries: [A, B, C],
    mine: { [A]: 1, [B]: 1, [C]: 1 },
    desired: { [C]: 1, [D]: 1 },
    places: [
      [D, null],
      [C, 2],
    ],
  },
  {
    title: 'our own last survivor fills a hole, so that no other moves',
    entries: [A, B, C, D],
    mine: { [A]: 1, [B]: 1, [C]: 1, [D]: 1 },
    desired: { [A]: 1, [C]: 1, [D]: 1 },
    places: [
      [A, 0],
      [D, 3],
      [C, 2],
    ],
  },
  {
    title: 'two holes are filled from behind',
    entries: [A, B, C, D, E],
    mine: { [A]: 1, [B]: 1, [C]: 1, [D]: 1, [E]: 1 },
    desired: { [C]: 1, [D]: 1, [E]: 1 },
    places: [
      [E, 4],
      [D, 3],
      [C, 2],
    ],
  },
  {
    title: 'foreign entries move up only where nothing of ours stands behind them',
    entries: [A, B, C],
    mine: { [A]: 1 },
    desired: {},
    places: [
      [B, 1],
      [C, 2],
    ],
  },
  {
    title: 'an entry of ours before a hole stays where it is',
    entries: [A, B, C],
    mine: { [A]: 1, [B]: 1 },
    desired: { [A]: 1 },
    places: [
      [A, 0],
      [C, 2],
    ],
  },
  {
    title: 'of equal copies the last are ours',
    entries: [A, B, A, A],
    mine: { [A]: 1 },
    others: { [A]: 1 },
    desired: {},
    places: [
      [A, 0],
      [B, 1],
      [A, 2],
    ],
  },
  {
    title: 'of equal copies one without a mark goes first',
    entries: [A, A, A],
    mine: { [A]: 3 },
    desired: { [A]: 2 },
    marked: [1, 2],
    places: [
      [A, 2],
      [A, 1],
    ],
  },
  {
    title: 'a marked copy goes when all are marked',
    entries: [A, A],
    mine: { [A]: 2 },
    desired: { [A]: 1 },
    marked: [0, 1],
    places: [[A, 0]],
  },
  {
    title: 'a claim that exceeds the copies takes no more than is there',
    entries: [A, B],
    mine: { [A]: 5 },
    desired: {},
    places: [[B, 1]],
  },
  {
    title: 'what others claim is theirs, also where both claim more than is there',
    entries: [A],
    mine: { [A]: 1 },
    others: { [A]: 1 },
    desired: {},
    places: [[A, 0]],
  },
  {
    title: 'each owner has a copy of its own',
    entries: [A],
    others: { [A]: 1 },
    desired: { [A]: 1 },
    places: [
      [A, 0],
      [A, null],
    ],
  },
  {
    title: 'what others lack of their claims comes in the same step',
    entries: [],
    others: { [A]: 1 },
    desired: { [A]: 1 },
    places: [
      [A, null],
      [A, null],
    ],
  },
  {
    title: 'foreign copies of the same text count as present',
    entries: [A, A],
    desired: { [A]: 3 },
    places: [
      [A, 0],
      [A, 1],
      [A, null],
    ],
  },
  {
    title: 'further foreign copies stay',
    entries: [A, A, A],
    desired: { [A]: 1 },
    places: [
      [A, 0],
      [A, 1],
      [A, 2],
    ],
  },
  {
    title: 'another spelling is rewritten in its slot, the lowest first',
    entries: ['http://a', B, 'http://a:80/', 'http://a/'],
    desired: { [A]: 2 },
    places: [
      [A, 0],
      [B, 1],
      [A, 2],
      ['http://a/', 3],
    ],
  },
  {
    title: 'another spelling that somebody claims is not taken',
    entries: ['http://a', 'http://a'],
    others: { 'http://a': 1 },
    desired: { [A]: 2 },
    places: [
      [A, 0],
      ['http://a', 1],
      [A, null],
    ],
  },
  {
    title: 'without :80 only port 80 is meant',
    entries: ['http://a'],
    desired: { 'http://a:8080': 1 },
    places: [
      ['http://a', 0],
      ['http://a:8080', null],
    ],
  },
];

test.each(ROWS)('$title', ({ entries, mine, others, desired, marked, places }) => {
  const laidOut = layOut({
    entries,
    mine: new Map(Object.entries(mine ?? {})),
    others: new Map(Object.entries(others ?? {})),
    desired: new Map(Object.entries(desired)),
    marked: new Set(marked),
  });

  expect(laidOut.map(({ url, from }) => [url, from])).toEqual(places);
});
