import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { ApplyError, ObserveError } from '../../../src/errors.ts';
import { createFailureLog } from '../../../src/telemetry/failure-log.ts';

function lines() {
  const written: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => written.push(JSON.parse(line)) });
  return { written, failures: createFailureLog(log, 'Pass failed', 'Pass succeeds again') };
}

describe('the log of failures', () => {
  test('makes one line and a count of a thousand repeats', () => {
    const { written, failures } = lines();
    for (let i = 0; i < 1_000; i += 1) {
      failures.failed(new ObserveError('docker-status', 'Docker: list: status 500'));
    }
    failures.recovered();
    failures.recovered();
    expect(written.map(({ msg }) => msg)).toEqual(['Pass failed', 'Pass succeeds again']);
    expect(written[0]).toMatchObject({ code: 'docker-status', reason: 'Docker: list: status 500' });
    expect(written[1]).toMatchObject({
      failures: 1_000,
      lastFailure: 'Docker: list: status 500',
    });
  });

  test('makes one line of a side that is away, in however many words that is found', () => {
    const { written, failures } = lines();
    failures.failed(new Error('the stream ended'));
    failures.failed(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    failures.failed(new ObserveError('docker-unreachable', 'Docker: version: connect ENOENT'));
    failures.failed(new ObserveError('docker-timeout', 'Docker: list: no answer within 10 s'));
    failures.recovered();
    expect(written).toMatchObject([
      { msg: 'Pass failed', reason: 'the stream ended' },
      { failures: 4, lastFailure: 'Docker: list: no answer within 10 s' },
    ]);
    expect(written).toHaveLength(2);
  });

  test('tells when it fails for another reason, with how often it did before', () => {
    const { written, failures } = lines();
    failures.failed(new ObserveError('redis-unreachable', 'the connection was closed'));
    failures.failed(new ObserveError('redis-unreachable', 'connect ECONNREFUSED'));
    failures.failed(new ApplyError('redis-refused', 'NOAUTH'));
    failures.failed(new ObserveError('redis-unreachable', 'the connection was closed'));
    failures.failed(new ApplyError('redis-refused', 'WRONGPASS'));
    failures.failed(new ApplyError('redis-refused', 'NOAUTH'));
    expect(written).toMatchObject([
      { reason: 'the connection was closed' },
      { reason: 'NOAUTH', failuresBefore: 2 },
      { reason: 'WRONGPASS', failuresBefore: 4 },
    ]);
    expect(written).toHaveLength(3);
  });

  test('counts without a line whatever comes beyond ten reasons', () => {
    const { written, failures } = lines();
    for (let i = 0; i < 50; i += 1) failures.failed(new ApplyError('redis-refused', `reason ${i}`));
    expect(written).toHaveLength(10);
    failures.recovered();
    expect(written.at(-1)).toMatchObject({ failures: 50, lastFailure: 'reason 49' });
  });

  test('begins anew after a recovery', () => {
    const { written, failures } = lines();
    failures.failed(new Error('away'));
    failures.recovered();
    failures.failed(new Error('away'));
    expect(written.map(({ msg }) => msg)).toEqual([
      'Pass failed',
      'Pass succeeds again',
      'Pass failed',
    ]);
    expect(written[2]).not.toHaveProperty('failuresBefore');
  });

  test('has no stack: what is expected to fail is told in one line', () => {
    const { written, failures } = lines();
    failures.failed(new ObserveError('redis-timeout', 'Redis: no answer'));
    expect(JSON.stringify(written)).not.toContain('failure-log.test');
  });
});
