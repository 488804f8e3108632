/** One line of a result: what was measured, what came out, and what is aimed at. */
export interface Measurement {
  readonly what: string;
  readonly result: string;
  readonly aim: string;
}

/** Renders measurements as a Markdown table. */
export function renderTable(measurements: readonly Measurement[]): string {
  const rows = [
    ['what', 'measured', 'aim'],
    ...measurements.map(({ what, result, aim }) => [what, result, aim]),
  ];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

/** The middle of the values, the 90th percentile and the largest, in milliseconds. */
export function distribution(values: readonly number[]): string {
  const at = (share: number) => quantile(values, share).toFixed(1);
  return `median ${at(0.5)}, p90 ${at(0.9)}, max ${at(1)} ms (${values.length} times)`;
}

/** @param share 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.ceil(share * ordered.length) - 1] ?? ordered[0] ?? Number.NaN;
}
