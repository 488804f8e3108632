import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { hasRoomBeside, type Row, renderTable, wrapText } from '../../../../src/cli/show/table.ts';
import type { Terminal } from '../../../../src/cli/show/terminal.ts';
import { compareText } from '../../../../src/model/compare.ts';

/** A terminal without colours. */
function wide(width: number): Terminal {
  return { width, paint: (_tone, text) => text };
}

const TITLES: Row = ['NAME', 'URL', 'STATE'];
const ROWS: readonly Row[] = [
  ['a', 'http://10.0.0.1:80', 'alive'],
  ['bb', 'http://172.17.0.15:8080', 'dead for foo.bar, 23 s left'],
];

describe('a table', () => {
  test('lines its columns up, and leaves no space at the end of a line', () => {
    expect(renderTable(TITLES, ROWS, wide(80))).toBe(
      [
        'NAME  URL                      STATE',
        'a     http://10.0.0.1:80       alive',
        'bb    http://172.17.0.15:8080  dead for foo.bar, 23 s left',
      ].join('\n'),
    );
  });

  test('takes more rows than a function takes arguments', () => {
    const rows = Array.from({ length: 150_000 }, () => ['a'] as const);
    expect(renderTable(['A'], rows, wide(80)).length).toBe(2 * rows.length + 1);
    expect(hasRoomBeside(rows, 10, wide(80))).toBe(true);
  });

  test('breaks prose before it breaks a word', () => {
    expect(renderTable(TITLES, ROWS, wide(50)).split('\n').slice(2)).toEqual([
      'bb    http://172.17.0.15:8080  dead for foo.bar,',
      '                               23 s left',
    ]);
  });

  test('breaks words where nothing else helps, and cuts nothing', () => {
    const text = renderTable(TITLES, ROWS, wide(30));
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(30);
    const characters = (all: string) => [...all.replace(/\s/g, '')].sort(compareText).join('');
    expect(characters(text)).toBe(characters([TITLES, ...ROWS].flat().join('')));
  });

  test.each([
    ['wide characters', '中文域名'],
    ['an emoji', '💩'],
    ['a combining mark', 'e\u0301'],
    ['paint', '\u001b[31mred\u001b[39m'],
  ])('measures %s as a terminal shows it', (_name, text) => {
    const [, first = '', second = ''] = renderTable(
      ['A', 'B'],
      [
        [text, 'x'],
        ['abcdefghij', 'x'],
      ],
      wide(80),
    ).split('\n');
    expect(stringWidth(first)).toBe(stringWidth(second));
  });

  test('of 1,000 long rows fits', () => {
    const rows = Array.from({ length: 1_000 }, (_, n) => [
      `${'v'.repeat(n % 253)}`,
      `http://10.0.0.1:${n}`,
      'alive',
    ]);
    for (const line of renderTable(TITLES, rows, wide(80)).split('\n')) {
      expect(stringWidth(line)).toBeLessThanOrEqual(80);
    }
  });
});

describe('a text', () => {
  test('goes on below itself', () => {
    expect(wrapText('Do: one two three', wide(12), ' ', '    ')).toBe(
      ' Do: one\n     two\n     three',
    );
  });
});

describe('room beside a table', () => {
  test.each([
    [48, true],
    [47, false],
  ])('in %i columns: %s', (width, expected) => {
    expect(
      hasRoomBeside(
        [
          ['12345', '1'],
          ['1', '12345'],
        ],
        34,
        wide(width),
      ),
    ).toBe(expected);
  });
});
