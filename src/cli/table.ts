import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Terminal } from './terminal.ts';

/** A row: one text for each column, painted or not, without line breaks. */
export type Row = readonly string[];

const GAP = '  ';
/** No column gets narrower than this, or than its widest text. */
const LEAST_COLUMN = 8;

/**
 * Lines up rows below their titles. Where the terminal is too narrow the widest columns give way first, and their
 * texts go on in the next line: nothing is ever cut, so that every name can be copied.
 */
export function renderTable(titles: Row, rows: readonly Row[], terminal: Terminal): string {
  const head = titles.map((title) => terminal.paint('strong', title));
  const natural = titles.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => stringWidth(row[column] ?? ''))),
  );
  const widths = shrinkToFit(natural, terminal.width - GAP.length * (titles.length - 1));
  return [head, ...rows].map((row) => renderRow(row, widths)).join('\n');
}

/** Breaks a text into lines of the terminal, each of them begun by `indent`. */
export function wrapText(text: string, { width }: Terminal, indent = ''): string {
  const lines = wrapAnsi(text, width - stringWidth(indent), { hard: true });
  return lines
    .split('\n')
    .map((line) => `${indent}${line}`)
    .join('\n');
}

/** Takes one after the other from the widest column until all fit, or cannot give way any more. */
function shrinkToFit(natural: readonly number[], available: number): readonly number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  for (; excess > 0; excess -= 1) {
    const widest = Math.max(...widths);
    if (widest <= LEAST_COLUMN) break;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
  return widths;
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
