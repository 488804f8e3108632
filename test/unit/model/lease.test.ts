import { describe, expect, test } from 'vitest';
import { beatMsOf, isLive, leaseState, lookMsOf, patienceMsOf } from '../../../src/model/lease.ts';
import {
  parseOwnerRecord,
  publishedAt,
  writeOwnerRecord,
} from '../../../src/model/owner-record.ts';

const NOW = 1_800_000_000_000;

describe('the lease of an owner', () => {
  test('is renewed three times before it is over', () => {
    expect(beatMsOf(30_000)).toBe(10_000);
  });

  test('is as long as three of our resync intervals where it publishes none', () => {
    expect(patienceMsOf(30_000)).toBe(90_000);
  });

  test.each([
    ['counts to its last millisecond', 90_000, 90_000, 'live'],
    ['is over after it', 90_001, 90_000, 'lapsed'],
    ['is its own, however short our patience is', 900_000, 1_000_000, 'live'],
    ['is its own, however long our patience is', 5_000, 4_000, 'lapsed'],
    ['is our patience where it publishes none', 30_000, null, 'live'],
    ['is never over by a guess where it publishes none', 30_001, null, 'unknown'],
    ['is not known to be over by a sign of years ago without one', NOW, null, 'unknown'],
  ] as const)('%s', (_what, agoMs, leaseMs, expected) => {
    const sign = { lastSignAt: NOW - agoMs, leaseMs, isLapsed: false };
    expect(leaseState(sign, NOW, 30_000)).toBe(expected);
    expect(isLive(sign, NOW, 30_000)).toBe(expected === 'live');
  });

  test.each([90_000, null])('is %s, and nobody knows when the last sign was', (leaseMs) => {
    const sign = { lastSignAt: null, leaseMs, isLapsed: false };
    expect(leaseState(sign, NOW, 30_000)).toBe('unknown');
    expect(isLive(sign, NOW, 30_000)).toBeNull();
  });
});

describe('an owner that another one found lapsed', () => {
  test('is lapsed, whatever the clock says, until it publishes itself anew', () => {
    for (const lastSignAt of [NOW, null]) {
      expect(leaseState({ lastSignAt, leaseMs: 90_000, isLapsed: true }, NOW, 30_000)).toBe(
        'lapsed',
      );
    }
  });
});

describe('what an owner publishes', () => {
  const engine = { id: 'ENGINE:1', name: 'host "1"' };
  const rest = { address: 'container', version: '1.0.0', nonce: 'run-1', boot: 'a-boot' } as const;
  const written = { ...rest, sharedNetwork: false };
  const unsaid = { engineId: null, engine: null, nonce: null, boot: null };
  const untold = { leaseMs: null, at: null, redisRun: null, lapsedBy: null };
  const nothing = { ...unsaid, ...untold, address: null, version: null };

  test.each([90_000, null])('is read as it was written, with the lease %s', (leaseMs) => {
    expect(parseOwnerRecord(writeOwnerRecord({ engine, leaseMs, ...written }))).toEqual({
      ...nothing,
      engineId: engine.id,
      engine: engine.name,
      ...rest,
      leaseMs,
    });
  });

  test('has a time of the clock by which it was published, and of no other', () => {
    const record = parseOwnerRecord('{"id":"ENGINE:1","at":1000,"redis":"abc"}');
    expect(publishedAt(record, 7, { now: 1_000, run: 'abc' })).toBe(1_000);
    expect(publishedAt(record, 7, { now: 5_000, run: 'another' })).toBeNull();
    expect(publishedAt(record, 7, { now: 999, run: 'abc' })).toBeNull();
  });

  test.each([
    [7, 7],
    [1_001, null],
    [-1, null],
    [Number.NaN, null],
  ])('has the time of its score %d where it says none, if that is a time: %s', (score, time) => {
    const record = parseOwnerRecord('{"id":"ENGINE:1"}');
    expect(publishedAt(record, score, { now: 1_000, run: 'abc' })).toBe(time);
  });

  test.each([null, undefined, 7, '', 'x', 'null', '[]', '"x"', '{"id":1,"name":{},"leaseMs":"1"}'])(
    'tells nothing where it is %j',
    (text) => {
      expect(parseOwnerRecord(text)).toEqual(nothing);
    },
  );

  test.each(['{"leaseMs":-1}', '{"leaseMs":null}', '{"leaseMs":[]}'])(
    'has no lease where it says %s',
    (text) => {
      expect(parseOwnerRecord(text).leaseMs).toBeNull();
    },
  );
});

test.each([
  ['a few are looked at with each sign of life', 90, 10_000],
  ['more of them less often', 150, 15_000],
  ['then once in a lease, as three looks would take longer than two', 151, 30_000],
  ['and as many more', 300, 30_000],
  ['so that all looks together are no more in a second, however many look', 1_000, 100_000],
])('%s: %i others', (_what, others, everyMs) => {
  expect(lookMsOf(30_000, others)).toBe(everyMs);
});
