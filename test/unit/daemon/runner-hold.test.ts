import { describe, expect, test } from 'vitest';
import { ObserveError } from '../../../src/errors.ts';
import { noop, runner } from './pass-runner.ts';

describe('the pass runner, while a daemon starts anew', () => {
  test('holds what is claimed when a daemon starts that does not answer yet, until that is done', async () => {
    const { seen, opened, pass } = runner();
    await pass('start');
    seen.failure = new ObserveError('redis-timeout', 'no answer');
    await pass('restart');
    seen.failure = null;
    await pass('retry');
    await pass('stream');
    expect(opened).toEqual(['all', 'held', 'held', 'all']);
  });

  test('asks a daemon that starts for nothing, where one was found while Redis was asked', async () => {
    const { seen, opened, pass, abandon, looks } = runner();
    await pass('start');
    seen.whileOpening = abandon;
    expect(await pass('stream_down')).toBe('failed');
    seen.whileOpening = noop;
    expect(looks()).toBe(1);
    expect(await pass('restart')).toBe('in_sync');
    await pass('stream');
    expect([opened, looks()]).toEqual([['all', 'all', 'held', 'all'], 3]);
  });

  test('holds again what another controller kept it from holding', async () => {
    const { seen, opened, pass } = runner();
    await pass('start');
    [seen.changes, seen.applied] = [1, 'fenced'];
    expect(await pass('restart')).toBe('fenced');
    seen.applied = 'applied';
    expect(await pass('fenced')).toBe('applied');
    await pass('stream');
    expect(opened).toEqual(['all', 'held', 'held', 'all']);
  });

  test('holds nothing any more when the daemon has answered first', async () => {
    const { seen, opened, pass } = runner();
    await pass('start');
    seen.failure = new ObserveError('redis-timeout', 'no answer');
    await pass('restart');
    seen.failure = null;
    seen.isOpen = true;
    await pass('retry');
    expect(opened).toEqual(['all', 'held', 'all']);
    await pass('restart');
    seen.isOpen = false;
    seen.presence = 'answers';
    await pass('restart');
    expect(opened.slice(3)).toEqual(['all', 'all']);
  });

  test('holds nothing as it stops: a knock that was called off says nothing of the daemon', async () => {
    const { seen, told, opened, pass } = runner();
    await pass('start');
    seen.presence = 'cancelled';
    expect(await pass('restart')).toBe('failed');
    expect([opened, told]).toEqual([['all'], []]);
    seen.presence = 'silent';
    await pass('restart');
    expect(opened).toEqual(['all', 'held']);
  });
});
