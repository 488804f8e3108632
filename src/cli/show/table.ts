import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Terminal } from './terminal.ts';

// Imported by those who show something at that moment alone: to load string-width takes a tenth of a start.

/** A row: one text for each column, painted or not, without line breaks. */
export type Row = readonly string[];

const GAP = '  ';
/** No column gets narrower than this, or than its widest text. */
const LEAST_COLUMN = 8;

/**
 * Lines up rows below their titles. Where the terminal is too narrow the widest columns give way first, and their
 * texts go on in the next line: nothing is ever cut, so that every name can be copied. Columns of prose give way
 * before a word is broken.
 */
export function renderTable(titles: Row, rows: readonly Row[], terminal: Terminal): string {
  return renderRows(titles, rows, terminal).join('\n');
}

/** The same, title line first, for who puts something below a row; a row may be several lines. */
export function renderRows(
  titles: Row,
  rows: readonly Row[],
  terminal: Terminal,
): readonly string[] {
  const head = titles.map((title) => terminal.paint('strong', title));
  const lines = [head, ...rows];
  const widest = (widthOf: (text: string) => number) =>
    titles.map((_, column) => largest(lines, (row) => widthOf(row[column] ?? '')));
  const available = terminal.width - GAP.length * (titles.length - 1);
  const unbroken = shrinkToFit(widest(stringWidth), widest(longestWord), available);
  const least = titles.map(() => LEAST_COLUMN);
  const widths = shrinkToFit(unbroken, least, available);
  return lines.map((row) => renderRow(row, widths));
}

/** Whether rows of a table fit a terminal beside a further column of this width. */
export function hasRoomBeside(rows: readonly Row[], width: number, terminal: Terminal): boolean {
  const columns = largest(rows, (row) => row.length);
  const natural = Array.from({ length: columns }, (_, column) =>
    largest(rows, (row) => stringWidth(row[column] ?? '')),
  );
  return natural.reduce((sum, each) => sum + each + GAP.length, 0) + width <= terminal.width;
}

/** Of any number of rows, which a call with as many arguments could not take; 0 if there is none. */
function largest(rows: readonly Row[], sizeOf: (row: Row) => number): number {
  return rows.reduce((most, row) => Math.max(most, sizeOf(row)), 0);
}

/**
 * Breaks a text into lines of the terminal.
 *
 * @param indent begins every line
 * @param hang begins every line but the first, after `indent`
 */
export function wrapText(text: string, { width }: Terminal, indent = '', hang = ''): string {
  const lines = wrapAnsi(text, width - stringWidth(indent) - stringWidth(hang), { hard: true });
  return lines
    .split('\n')
    .map((line, index) => `${indent}${index === 0 ? '' : hang}${line}`)
    .join('\n');
}

/** Takes one after the other from the widest column that may give way until all fit, or none may any more. */
function shrinkToFit(
  wanted: readonly number[],
  least: readonly number[],
  available: number,
): readonly number[] {
  const widths = [...wanted];
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  for (; excess > 0; excess -= 1) {
    const yielding = widths.map((width, column) => (width > (least[column] ?? 0) ? width : 0));
    const widest = Math.max(...yielding);
    if (widest === 0) break;
    widths[yielding.lastIndexOf(widest)] = widest - 1;
  }
  return widths;
}

function longestWord(text: string): number {
  return Math.max(...text.split(' ').map((word) => stringWidth(word)));
}

function renderRow(row: Row, widths: readonly number[]): string {
  const cells = widths.map((width, column) =>
    wrapAnsi(row[column] ?? '', Math.max(1, width), { hard: true }).split('\n'),
  );
  const height = Math.max(...cells.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, line) =>
    cells.map((cell, column) => pad(cell[line] ?? '', widths[column] ?? 0)).join(GAP),
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}
