import { describe, expect, test } from 'vitest';
import { codePointName, escapeText } from '../../../src/model/escape.ts';

describe('escapeText', () => {
  test.for([
    ['plain', 'hello.local', 'hello.local'],
    ['a newline', 'a\nb', 'a\\u{a}b'],
    ['a carriage return and a newline', 'a\r\nb', 'a\\u{d}\\u{a}b'],
    ['NUL and TAB', '\0\t', '\\u{0}\\u{9}'],
    ['a terminal escape', '\u001b[31mred', '\\u{1b}[31mred'],
    ['DEL', '\u007f', '\\u{7f}'],
    ['C1, which terminals obey as well', '\u009b31m', '\\u{9b}31m'],
    ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['a bidi override', 'a\u202eb', 'a\\u{202e}b'],
    ['bidi isolates and marks', '\u2066\u2069\u200f\u061c', '\\u{2066}\\u{2069}\\u{200f}\\u{61c}'],
    [
      'zero-width characters',
      'a\u200b\u200c\u200d\ufeffb',
      'a\\u{200b}\\u{200c}\\u{200d}\\u{feff}b',
    ],
    ['a soft hyphen', 'a\u00adb', 'a\\u{ad}b'],
    ['an invisible letter', 'a\u3164b', 'a\\u{3164}b'],
    ['invisible tags', '\u{e0041}', '\\u{e0041}'],
    ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
    ['letters of the world', 'Straße, 日本語, 💩', 'Straße, 日本語, 💩'],
    ['quotes and HTML, which are harmless on a line', `<b>"'</b>`, `<b>"'</b>`],
  ] as const)('shows %s', ([, text, shown]) => {
    expect(escapeText(text)).toBe(shown);
  });

  test('shows the first 80 characters of a longer text', () => {
    expect(escapeText('x'.repeat(80))).toBe('x'.repeat(80));
    expect(escapeText('x'.repeat(81))).toBe(`${'x'.repeat(80)}…`);
    expect(escapeText('x'.repeat(130_000))).toBe(`${'x'.repeat(80)}…`);
  });

  test('counts characters, not halves of them', () => {
    expect(escapeText('💩'.repeat(80))).toBe('💩'.repeat(80));
    expect(escapeText('💩'.repeat(81))).toBe(`${'💩'.repeat(80)}…`);
    expect(escapeText(`x${'💩'.repeat(200)}`, 3)).toBe('x💩💩…');
  });

  test('escapes nothing twice', () => {
    const once = escapeText('a\u001b\u202e\nb');

    expect(escapeText(once)).toBe(once);
  });
});

test('a code point is named as people look it up', () => {
  expect(['\t', 'é', '\u200d', '💩'].map(codePointName)).toEqual([
    'U+0009',
    'U+00E9',
    'U+200D',
    'U+1F4A9',
  ]);
});
