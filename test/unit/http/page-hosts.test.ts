import { describe, expect, test } from 'vitest';
import type { StatusAnswer } from '../../../src/answers/status.ts';
import { hostProblems } from '../../../src/http/page/host-problems.ts';
import { hostRows } from '../../../src/http/page/hosts.ts';

type Other = StatusAnswer['otherOwners'][number];

function other(owner: string, part: Partial<Other> = {}): Other {
  const sign = { state: 'live', lastSignAt: '2030-01-01T00:00:00.000Z', leaseMs: 30_000 } as const;
  return { owner, engine: `${owner}-name`, ...sign, address: 'published', version: '2', ...part };
}

/** Of the status hosts need no more than this. */
function statusWith(...otherOwners: readonly Other[]): StatusAnswer {
  const own = { owner: 'me', engine: { id: 'me', name: 'my-host', apiVersion: '1.51' } };
  const lease = { ms: 30_000, renewedAt: null };
  return { ...own, version: '2', lease, otherOwners } as unknown as StatusAnswer;
}

describe('hosts on the page', () => {
  test('are none where this one is alone, or nothing is known', () => {
    expect(hostRows(null)).toEqual([]);
    expect(hostRows(statusWith())).toEqual([]);
    expect(hostRows({ ...statusWith(other('b')), owner: null })).toEqual([]);
  });

  test('are this one and all others, those in trouble first, each as far as it tells', () => {
    const silent = { state: 'unknown', leaseMs: null, lastSignAt: null, address: null } as const;
    const rows = hostRows(
      statusWith(
        other('b'),
        other('c', { ...silent, version: null }),
        other('d', { state: 'lapsed' }),
      ),
    );
    expect(rows.map(({ name, state, also, isThis }) => [name, state, also, isThis])).toEqual([
      ['d-name', 'lapsed', 'published, version 2', false],
      ['c-name', 'unknown', '', false],
      ['my-host', 'live', 'version 2', true],
      ['b-name', 'live', 'published, version 2', false],
    ]);
  });
});

describe('a host whose lease is over', () => {
  test('leads all that is wrong, and says how it is forgotten', () => {
    const [problem] = hostProblems(statusWith(other('b', { state: 'lapsed' }), other('c')));
    expect(problem).toMatchObject({ level: 'bad', leads: true });
    expect(problem?.title).toBe('Host b-name gives no sign of life');
    expect(problem?.detail).toMatch(/^Its lease of 30\.0 s is over, and its last sign was at /);
    expect(problem?.remedy).toMatch(/autodock hosts --forget b-name\.$/);
  });

  test('is one of several, and is named by what a shell can be given alone', () => {
    const lapsed = { state: 'lapsed', engine: 'a; b' } as const;
    const [problem] = hostProblems(statusWith(other('B:C', lapsed), other('d', lapsed)));
    expect(problem?.title).toBe('2 hosts give no sign of life');
    expect(problem?.remedy).toMatch(/--forget B:C\.$/);
    expect(hostProblems(statusWith(other('b', { state: 'unknown' })))).toEqual([]);
  });
});
