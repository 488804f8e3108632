import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { createClockWarning } from '../../../src/report/clocks.ts';

/** Tells a clock by how far it is ahead of Redis' at each look, and returns what is said. */
function told(...aheadMs: readonly number[]): readonly string[] {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => lines.push(line) });
  let now = 0;
  const look = createClockWarning(log, () => now);
  for (const [index, ahead] of aheadMs.entries()) {
    const redisNow = 1_000_000 + index * 10_000;
    now = redisNow + ahead;
    look(redisNow);
  }
  return lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg);
}

describe('clocks that are apart', () => {
  test.for([
    [40_000, 'The clock of this host is 40 s ahead of that of Redis'],
    [-3_600_000, 'The clock of this host is 3600 s behind that of Redis'],
  ] as const)('by %d ms are told once', ([ms, words]) => {
    expect(told(ms, ms, ms, ms)).toEqual([words]);
  });

  test('are told again once they were right', () => {
    expect(told(40_000, 40_000, 0, 40_000, 40_000)).toHaveLength(2);
  });

  test('are nothing to tell where one answer was late, or by a little', () => {
    expect(told(40_000, 0, 40_000, 0, 9_000, 9_000)).toEqual([]);
  });
});
