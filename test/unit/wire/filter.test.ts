import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { EVERYTHING, filterOf, parseFilter } from '../../../src/wire/filter.ts';

describe('parseFilter', () => {
  test('takes 1 to 32 patterns of letters, digits, _ and *', () => {
    expect(parseFilter(['container_*', 'pull'])?.globs).toEqual(['container_*', 'pull']);
    expect(parseFilter(undefined)).toBe(EVERYTHING);
  });

  test.each([
    [null],
    [[]],
    ['container_*'],
    [{ 0: 'a' }],
    [['']],
    [['a b']],
    [['a.*']],
    [[7]],
    [['x'.repeat(65)]],
    [Array.from({ length: 33 }, () => 'x')],
  ])('refuses %j', (events) => {
    expect(parseFilter(events)).toBeNull();
  });
});

describe('a filter', () => {
  test.each([
    ['*', 'pull', true],
    ['pull', 'pull', true],
    ['pull', 'pulls', false],
    ['container_*', 'container_started', true],
    ['container_*', 'container', false],
    ['*_created', 'container_created', true],
    ['*ed', 'container_created_x', false],
    ['c*_*ed', 'container_started', true],
    ['a*a', 'a', false],
    ['a**b', 'ab', true],
    ['*aab', 'aaab', true],
  ])('%s and %s: %s', (glob, name, wanted) => {
    expect(filterOf([glob]).wants(name)).toBe(wanted);
  });

  test('agrees with the regular expression of the same meaning', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 12 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(glob, text, (pattern, name) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(filterOf([pattern]).wants(name)).toBe(expression.test(name));
      }),
      { numRuns: 2_000 },
    );
  });

  test('looks at a name once, also while more of them come than it remembers', () => {
    let looks = 0;
    const name = (n: number) => `event_${n % 300}`;
    const glob = '*_1*';
    const { wants } = filterOf([glob]);
    const startsWith = vi.spyOn(String.prototype, 'startsWith').mockImplementation(() => {
      looks += 1;
      return true;
    });
    for (let time = 0; time < 1_000; time += 1) wants('event_1');
    startsWith.mockRestore();
    expect(looks).toBe(1);
    for (let n = 0; n < 600; n += 1) expect(wants(name(n))).toBe(name(n).includes('_1'));
  });

  test('makes one piece of a run of stars', () => {
    const { wants } = filterOf(Array.from({ length: 32 }, () => `${'*'.repeat(63)}x`));
    const indexOf = vi.spyOn(String.prototype, 'indexOf');
    wants('container_exec_start');
    const looks = indexOf.mock.calls.length;
    indexOf.mockRestore();
    expect(looks).toBe(0);
  });
});
