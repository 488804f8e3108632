import { describe, expect, test } from 'vitest';
import { hostsNamed, hostsOf } from '../../../src/explain/hosts.ts';
import type { Claim } from '../../../src/model/frontend.ts';
import type { Owner } from '../../../src/model/ids.ts';
import type { OwnerSeen } from '../../../src/model/owner-record.ts';

const NOW = 1_000_000;
const CONTEXT = { now: NOW, patienceMs: 90_000, self: 'b' as Owner };
const BACKED: Claim = { backends: new Map([['http://10.0.0.1:80', ['id']]]), heldSince: null };
const HELD: Claim = { backends: new Map(), heldSince: 1 };
const TAKEN: Claim = { ...HELD, heldSince: null, lapsed: BACKED.backends };

function host(owner: string, agoMs: number | null, claims: readonly Claim[] = [], name = owner) {
  const seen: OwnerSeen = {
    ...{ owner: owner as Owner, engineId: owner, engine: name, address: 'published' },
    ...{ version: '1.0.0', leaseMs: 30_000, isLapsed: false, at: 1, redisRun: 'run', boot: null },
    lastSignAt: agoMs === null ? null : NOW - agoMs,
  };
  return { seen, claims };
}

describe('the hosts on one Redis', () => {
  test('are told with those in trouble first, what they serve and what others took out', () => {
    const found = hostsOf(
      [
        host('b', 1_000, [BACKED, HELD, BACKED]),
        host('a', 31_000, [BACKED, TAKEN]),
        host('c', null),
      ],
      CONTEXT,
    );

    expect(found).toMatchObject([
      {
        owner: 'a',
        state: 'lapsed',
        lastSignAgoMs: 31_000,
        routes: 1,
        suspended: 1,
        isSelf: false,
      },
      { owner: 'c', state: 'unknown', lastSignAgoMs: null },
      { owner: 'b', state: 'live', lastSignAgoMs: 1_000, routes: 2, suspended: 0, isSelf: true },
    ]);
  });

  test('are meant by owner before by name, and a name may be that of several', () => {
    const found = hostsOf(
      [host('one', 0, [], 'web'), host('two', 0, [], 'web'), host('web', 0, [], 'db')],
      CONTEXT,
    );

    expect(hostsNamed(found, 'web').map(({ owner }) => owner)).toEqual(['web']);
    expect(
      hostsNamed(
        found.filter(({ owner }) => owner !== 'web'),
        'web',
      ),
    ).toHaveLength(2);
    expect(hostsNamed(found, 'nobody')).toEqual([]);
  });
});
