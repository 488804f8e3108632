import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, isWanted, parseFilter } from '../../../../src/bus/wire/filter.ts';

describe('parseFilter', () => {
  it('takes 1 to 32 patterns of letters, digits, _ and *', () => {
    expect(parseFilter(['container_*', 'pull'])).toEqual({ globs: ['container_*', 'pull'] });
    expect(parseFilter(undefined)).toBe(EVERYTHING);
  });

  it.each([
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

describe('isWanted', () => {
  it.each([
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
    expect(isWanted({ globs: [glob] }, name)).toBe(wanted);
  });

  it('agrees with the regular expression of the same meaning', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 12 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(glob, text, (pattern, name) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(isWanted({ globs: [pattern] }, name)).toBe(expression.test(name));
      }),
      { numRuns: 2_000 },
    );
  });
});
