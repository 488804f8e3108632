import { describe, expect, test } from 'vitest';
import { firstProbeMs } from '../../../../src/observe/containers/first-probe.ts';

const S = 1_000_000_000;

describe('the first probe', () => {
  test.each([
    [
      'after the interval, whatever the start period',
      '1.41',
      { Interval: 300 * S, StartPeriod: 60 * S },
      300_000,
    ],
    ['after 30 s where nothing is said', '1.41', {}, 30_000],
    [
      'after 5 s within a start period, from engine 25 on',
      '1.44',
      { Interval: 300 * S, StartPeriod: 60 * S },
      5_000,
    ],
    [
      'after the start interval',
      '1.51',
      { Interval: 300 * S, StartPeriod: 60 * S, StartInterval: S },
      1_000,
    ],
    [
      'after the interval without a start period',
      '1.51',
      { Interval: 300 * S, StartInterval: S },
      300_000,
    ],
    [
      'after 30 s if what is said is not an interval',
      '1.51',
      { Interval: 'x', StartPeriod: -1 },
      30_000,
    ],
  ])('comes %s', (_case, api, healthcheck, ms) => {
    expect(firstProbeMs(healthcheck, api)).toBe(ms);
  });
});
