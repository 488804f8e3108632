import { describe, expect, test } from 'vitest';
import { named, type PublishedContainer } from '../../../src/explain/named.ts';
import type { Owner, ShortId } from '../../../src/model/ids.ts';

const ME = 'me' as Owner;
const THEY = 'they' as Owner;

function published(owner: Owner, id: string, name: string | null): PublishedContainer {
  return {
    owner,
    engine: `host of ${owner}`,
    id: id as ShortId,
    name,
    isLapsed: false,
    hasLease: true,
    drain: null,
  };
}

const SHOP = published(ME, 'abcdef012345', 'shop-1');
const BLOG = published(ME, 'abcdff012345', 'blog-1');
const TWIN = published(THEY, '0123456789ab', 'shop-1');
const GONE = published(ME, 'fedcba987654', null);
const ALL = [SHOP, BLOG, TWIN, GONE];

describe('the container that a word names', () => {
  test.for([
    ['blog-1', BLOG],
    ['/blog-1', BLOG],
    ['abcdff', BLOG],
    ['abcdff012345ffffffffffff', BLOG],
    ['fedcba987654', GONE],
  ] as const)('is found by its name or its id: %s', ([word, container]) => {
    expect(named(word, ALL, null)).toEqual({ kind: 'container', container: [container] });
  });

  test('is not guessed at where several hosts have one of that name', () => {
    expect(named('shop-1', ALL, null)).toEqual({ kind: 'several', containers: [SHOP, TWIN] });
  });

  test('is that of the owner who was named', () => {
    expect(named('shop-1', ALL, THEY)).toEqual({ kind: 'container', container: [TWIN] });
    expect(named('blog-1', ALL, THEY)).toEqual({ kind: 'container', container: [BLOG] });
  });

  test('is not guessed at where ids begin alike', () => {
    expect(named('abcd', ALL, null)).toEqual({ kind: 'several', containers: [SHOP, BLOG] });
  });

  test('is meant for each owner of one engine', () => {
    const again = published(THEY, SHOP.id, 'shop-2');
    const both = { kind: 'container', container: [SHOP, again] };
    expect(named(SHOP.id, [SHOP, again], ME)).toEqual(both);
  });

  test('is one whose name is that of an id only if no container has that name', () => {
    const cafe = published(THEY, '111111111111', 'cafe');
    const cafeId = published(ME, 'cafe00000000', 'other');
    const found = named('cafe', [cafe, cafeId], null);
    expect(found).toEqual({ kind: 'container', container: [cafe] });
  });

  test('may be one that was meant', () => {
    expect(named('blog-2', ALL, null)).toEqual({ kind: 'unknown', similar: ['blog-1'] });
    expect(named('abc', ALL, null)).toMatchObject({ kind: 'unknown' });
  });
});
