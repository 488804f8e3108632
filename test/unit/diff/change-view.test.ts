import { expect, test } from 'vitest';
import { changeView } from '../../../src/diff/change-view.ts';
import type { Change, ListSnapshot } from '../../../src/model/plan.ts';
import { claim } from './world.ts';

const LIST = (...entries: readonly string[]): ListSnapshot => ({ identifier: 'a.test', entries });
const WRITE = { vhost: 'a.test', identifier: 'a.test', asked: true };

/** A change from one list to another; what was claimed, and what will be: URL to short ids. */
function view(
  before: ListSnapshot,
  after: ListSnapshot,
  ids: { readonly was?: Record<string, string[]>; readonly will?: Record<string, string[]> },
) {
  const backends = Object.entries(ids.will ?? {}).map(([url, of]) => ({ url, ids: of }));
  return changeView({
    kind: 'update',
    vhost: 'a.test',
    before,
    after,
    claimBefore: claim(ids.was ?? {}),
    write: { ...WRITE, backends },
  } as unknown as Change);
}

test('tells what comes and what goes, with copies and the containers behind', () => {
  const told = view(LIST('http://a', 'http://b'), LIST('http://c', 'http://c', 'http://b'), {
    was: { 'http://a': ['one'], 'http://b': ['two'] },
    will: { 'http://c': ['three', 'three'], 'http://b': ['two'] },
  });
  expect(told).toEqual({
    removed: [{ url: 'http://a', copies: 1, containers: ['one'] }],
    added: [{ url: 'http://c', copies: 2, containers: ['three'] }],
  });
});

test('tells of a weight that changes how many copies came or went', () => {
  const told = view(LIST('http://a'), LIST('http://a', 'http://a', 'http://a'), {
    was: { 'http://a': ['one'] },
    will: { 'http://a': ['one', 'one', 'one'] },
  });
  expect(told).toEqual({
    removed: [],
    added: [{ url: 'http://a', copies: 2, containers: ['one'] }],
  });
});

test('has a frontend that comes or goes as a whole, and none where only the record changes', () => {
  expect(view(null, LIST('http://a'), { will: { 'http://a': ['one'] } }).added).toHaveLength(1);
  expect(view(LIST('http://a'), null, { was: { 'http://a': ['one'] } }).removed).toHaveLength(1);
  expect(view(LIST('http://a'), LIST('http://a'), { will: { 'http://a': ['one'] } })).toEqual({
    removed: [],
    added: [],
  });
});

test('does not name a container behind what is foreign', () => {
  expect(view(LIST('http://foreign'), null, {}).removed).toEqual([
    { url: 'http://foreign', copies: 1, containers: [] },
  ]);
});
