import { describe, expect, it } from 'vitest';
import { isLive, leaseMsOf } from '../../../src/model/lease.ts';
import { parseOwnerRecord, writeOwnerRecord } from '../../../src/model/owner-record.ts';

const NOW = 1_800_000_000_000;

describe('the lease of an owner', () => {
  it('is three of its resync intervals', () => {
    expect(leaseMsOf(30_000)).toBe(90_000);
  });

  it.each([
    ['counts to its last millisecond', 90_000, 90_000, true],
    ['is over after it', 90_001, 90_000, false],
    ['is its own, however short ours is', 900_000, 1_000_000, true],
    ['is its own, however long ours is', 5_000, 4_000, false],
    ['is as long as ours where it publishes none', 30_000, null, true],
    ['is no longer than ours where it publishes none', 30_001, null, false],
    ['does not last for ever when the clock of Redis was set back', -90_001, 90_000, false],
    ['counts when the clock of Redis was set back a little', -1_000, 90_000, true],
  ])('%s', (_what, agoMs, leaseMs, expected) => {
    expect(isLive({ lastPassAt: NOW - agoMs, leaseMs }, NOW, 30_000)).toBe(expected);
  });
});

describe('what an owner publishes', () => {
  const engine = { id: 'ENGINE:1', name: 'host "1"' };

  it.each([90_000, null])('is read as it was written, with the lease %s', (leaseMs) => {
    expect(parseOwnerRecord(writeOwnerRecord(engine, leaseMs))).toEqual({
      engineId: engine.id,
      engine: engine.name,
      leaseMs,
    });
  });

  it('is the same text for the same owner, so that it is written once', () => {
    expect(writeOwnerRecord(engine, 1)).toBe('{"id":"ENGINE:1","name":"host \\"1\\"","leaseMs":1}');
  });

  it.each([null, undefined, 7, '', 'x', 'null', '[]', '"x"', '{"id":1,"name":{},"leaseMs":"1"}'])(
    'tells nothing where it is %j',
    (text) => {
      expect(parseOwnerRecord(text)).toEqual({ engineId: null, engine: null, leaseMs: null });
    },
  );

  it.each(['{"leaseMs":-1}', '{"leaseMs":null}', '{"leaseMs":[]}'])(
    'has no lease where it says %s',
    (text) => {
      expect(parseOwnerRecord(text).leaseMs).toBeNull();
    },
  );
});
