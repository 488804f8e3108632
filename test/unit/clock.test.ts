import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { pause } from '../../src/clock.ts';

describe('a pause', () => {
  test('ends with its time, and at once when it is given up', async () => {
    const signal = new AbortController();
    await pause(1, signal.signal);
    const long = pause(1e6, signal.signal);
    signal.abort();
    await long;
    await pause(1e6, signal.signal);
  });

  test('to a moment that has passed since it was computed ends at once, and the process says nothing', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    await pause(-0.02, new AbortController().signal);
    await sleep(1);
    expect(warned).not.toHaveBeenCalled();
  });
});
