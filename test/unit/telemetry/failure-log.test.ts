import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createFailureLog } from '../../../src/telemetry/failure-log.ts';

function lines() {
  const written: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => written.push(JSON.parse(line)) });
  return { written, failures: createFailureLog(log, 'Pass failed', 'Pass succeeds again') };
}

describe('the log of failures', () => {
  it('makes one line and a count of a thousand repeats', () => {
    const { written, failures } = lines();
    for (let i = 0; i < 1_000; i += 1) failures.failed(new Error('no answer'));
    failures.recovered();
    failures.recovered();
    expect(written.map(({ msg }) => msg)).toEqual(['Pass failed', 'Pass succeeds again']);
    expect(written[1]).toMatchObject({ failures: 1_000, lastFailure: 'no answer' });
  });

  it('tells when it fails for another reason, with how often it did for the one before', () => {
    const { written, failures } = lines();
    failures.failed(new Error('no answer'));
    failures.failed(new Error('no answer'));
    failures.failed(new Error('status 500'));
    expect(written).toMatchObject([{}, { msg: 'Pass failed', failuresBefore: 2 }]);
    expect(written).toHaveLength(2);
  });
});
