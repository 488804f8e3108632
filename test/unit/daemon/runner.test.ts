import { describe, expect, test } from 'vitest';
import { ObserveError } from '../../../src/errors.ts';
import type { ObservedContainer } from '../../../src/model/container.ts';
import { container } from '../desire/containers.ts';
import { runner } from './pass-runner.ts';

const unknown = (number: number): ObservedContainer => ({
  ...container(number),
  ...{ kind: 'unknown', why: 'no answer' },
});

describe('the pass runner', () => {
  test('tells of a missed event when the timer alone finds other containers to route', async () => {
    const { seen, told, pass } = runner();
    await pass('start');
    seen.changes = 1;
    seen.containers = [container(1)];
    await pass('resync');
    expect(told).toEqual(['missed']);
  });

  test('does not when an event told, when only Redis differed, or at the first pass', async () => {
    const { seen, told, pass } = runner();
    seen.changes = 1;
    await pass('resync');
    await pass('resync');
    seen.containers = [];
    await pass('event', 'resync');
    seen.containers = [];
    seen.changes = 0;
    await pass('resync');
    expect(told).toEqual([]);
  });

  test('does not when the same containers were merely looked at again', async () => {
    const { seen, told, pass } = runner();
    const same = container(1);
    seen.containers = [same];
    await pass('start');
    seen.changes = 1;
    seen.containers = [same];
    await pass('resync');
    expect(told).toEqual([]);
  });

  test('asks again, ever later, while it is not known what a container wants', async () => {
    const { seen, told, pass } = runner();
    seen.containers = [unknown(1)];
    for (let time = 0; time < 7; time += 1) await pass('event');
    expect(told).toEqual([2, 3, 5, 9, 17, 31, 31].map((s) => `inspection in ${s} s`));
    told.length = 0;
    seen.containers = [unknown(1), unknown(2)];
    await pass('event');
    seen.containers = [];
    await pass('event');
    expect(told).toEqual(['inspection in 2 s']);
  });

  test('looks again at one whose health the engine set back, as no event tells that a probe failed', async () => {
    const { seen, told, pass } = runner();
    seen.containers = [container(1), container(2, { setBackTo: 'unhealthy' })];
    await pass('event');
    seen.containers = [container(1), container(2)];
    await pass('event');
    expect(told).toEqual(['inspection in 11 s']);
  });

  test('looks again at once when what was put off may be too little now to be put off', async () => {
    const { seen, told, pass } = runner();
    seen.changes = 3;
    seen.putOff = 3;
    await pass('event');
    seen.putOff = 2;
    await pass('event');
    expect(told).toEqual(['guard in 5 s', 'guard in 0 s']);
  });

  test('remembers why a pass failed, and tells of Docker', async () => {
    const { seen, told, pass, endsBackoff } = runner();
    const ends = () => (['docker', 'redis', 'resync', 'api'] as const).filter(endsBackoff);
    seen.failure = new ObserveError('docker-timeout', 'no answer');
    expect(await pass('start')).toBe('failed');
    expect([ends(), told]).toEqual([['docker', 'api'], ['docker-timeout']]);
    seen.failure = new ObserveError('redis-timeout', 'no answer');
    expect(await pass('retry')).toBe('failed');
    expect([ends(), told]).toEqual([['redis', 'api'], ['docker-timeout']]);
    seen.failure = null;
    expect(await pass('retry')).toBe('in_sync');
  });

  test('takes a cancelled request for what it is: the controller stops', async () => {
    const { seen, told, ended, pass } = runner();
    await pass('start');
    seen.failure = new ObserveError('docker-cancelled', 'cancelled');
    expect(await pass('event')).toBe('failed');
    expect([told, ended]).toEqual([[], ['in_sync']]);
  });

  test('lets a fault of ours through', async () => {
    const { seen, pass } = runner();
    seen.failure = new TypeError('x is not a function') as unknown as ObserveError;
    await expect(pass('start')).rejects.toThrow(TypeError);
  });
});
