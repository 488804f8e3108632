import { wrapText } from './table.ts';
import type { Terminal } from './terminal.ts';
import { plain } from './words.ts';

/** What to do, one line each, marked as such. */
export function adviceLines(advice: readonly string[], terminal: Terminal, indent = ''): string {
  return advice.map((one) => wrapText(`Do: ${plain(one)}`, terminal, indent, HANG)).join('\n');
}

/** As wide as `Do: `. */
const HANG = '    ';
