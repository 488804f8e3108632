import { describe, expect, test } from 'vitest';
import {
  createLoop,
  FAILED_BACKOFF,
  type LoopOptions,
  type LoopWork,
  type PassCause,
} from '../../src/loop.ts';
import type { PassResult, TriggerReason } from '../../src/model/trigger.ts';

/** A clock that only moves when the test says so, and a loop on it. */
function loopOnFakeTime(overrides: Partial<LoopOptions & LoopWork> = {}) {
  let now = 0;
  let processor = 0;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  const causes: { at: number; cause: PassCause }[] = [];
  const results: PassResult[] = [];
  const gates: (() => void)[] = [];
  let gated = false;
  const work: LoopWork = {
    run: async (cause) => {
      causes.push({ at: now, cause });
      if (gated) await new Promise<void>((resolve) => gates.push(resolve));
      return results.shift() ?? 'in_sync';
    },
    endsBackoff: () => false,
  };
  const loop = createLoop({
    minIntervalMs: 50,
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          resolve();
        });
      }),
    processorMs: () => processor,
    random: () => 1,
    ...overrides,
  });
  const settle = async () => {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  };
  return {
    loop,
    causes,
    results,
    run: loop.run({ ...work, ...overrides }),
    settle,
    gate: (on: boolean) => {
      gated = on;
    },
    openGate: async () => {
      gates.shift()?.();
      await settle();
    },
    useProcessor: (ms: number) => {
      processor += ms;
    },
    async advance(ms: number) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        now = Math.max(now, next.at);
        sleepers.delete(next);
        next.wake();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}

describe('the loop', () => {
  test('runs a pass at once after quiet', async () => {
    const { loop, causes, settle } = loopOnFakeTime();
    loop.trigger('start');
    await settle();
    expect(causes.map(({ cause }) => [...cause.reasons])).toEqual([['start']]);
  });

  test('turns any number of triggers during a pass into exactly one more', async () => {
    const { loop, causes, settle, gate, openGate, advance } = loopOnFakeTime();
    gate(true);
    loop.trigger('start');
    await settle();
    for (let i = 0; i < 1_000; i += 1) loop.trigger('event', i);
    loop.trigger('resync');
    await openGate();
    gate(false);
    await advance(1_000);
    expect(causes).toHaveLength(2);
    expect(causes[1]?.cause.reasons).toEqual(new Set(['event', 'resync']));
  });

  test('hands the time of the oldest event to the pass, and forgets it afterwards', async () => {
    const { loop, causes, advance } = loopOnFakeTime();
    loop.trigger('event', 7);
    loop.trigger('event', 9);
    await advance(0);
    loop.trigger('resync');
    await advance(100);
    expect(causes.map(({ cause }) => cause.oldestEventAt)).toEqual([7, null]);
  });

  test('starts passes at least minInterval apart, whatever their triggers', async () => {
    const { loop, causes, advance } = loopOnFakeTime();
    const reasons: readonly TriggerReason[] = ['start', 'event', 'api', 'signal'];
    for (const reason of reasons) {
      loop.trigger(reason);
      await advance(1);
    }
    await advance(200);
    expect(causes.map(({ at }) => at)).toEqual([0, 50]);
  });

  test('pauses for twice the processor time that the pass used', async () => {
    const used = { ms: 0 };
    const { loop, causes, advance } = loopOnFakeTime({
      processorMs: () => used.ms,
      run: async (cause) => {
        causes.push({ at: -1, cause });
        used.ms += 100;
        return 'in_sync';
      },
    });
    loop.trigger('start');
    await advance(0);
    loop.trigger('event');
    await advance(199);
    expect(causes).toHaveLength(1);
    await advance(1);
    expect(causes).toHaveLength(2);
  });

  test('tries again after a failure, later each time, at most 30 s, for ever', async () => {
    const { loop, causes, results, advance } = loopOnFakeTime();
    results.push(...Array<PassResult>(20).fill('failed'));
    loop.trigger('start');
    await advance(400_000);
    const pauses = causes.slice(1).map(({ at }, i) => at - (causes[i]?.at ?? 0));
    expect(pauses.slice(0, 4)).toEqual([200, 400, 800, 1_600]);
    expect(Math.max(...pauses)).toBe(FAILED_BACKOFF.longestMs);
    expect(causes.length).toBeGreaterThan(15);
    expect(causes.slice(1).every(({ cause }) => cause.reasons.has('retry'))).toBe(true);
  });

  test('holds ordinary triggers back while it backs off, and loses none of them', async () => {
    const { loop, causes, results, advance } = loopOnFakeTime();
    results.push('failed');
    loop.trigger('start');
    await advance(10);
    loop.trigger('event');
    await advance(100);
    expect(causes).toHaveLength(1);
    await advance(100);
    expect(causes[1]?.cause.reasons).toEqual(new Set(['event', 'retry']));
  });

  test('ends the backoff at once when the side that failed is back', async () => {
    const { loop, causes, results, advance } = loopOnFakeTime({
      endsBackoff: (reason) => reason === 'redis',
    });
    results.push(...Array<PassResult>(8).fill('failed'));
    loop.trigger('start');
    await advance(20_000);
    const before = causes.length;
    loop.trigger('redis');
    await advance(0);
    expect(causes).toHaveLength(before + 1);
  });

  test('runs a fenced pass again after a growing pause, beside which other triggers run as usual', async () => {
    const { loop, causes, results, advance } = loopOnFakeTime();
    results.push('fenced', 'fenced');
    loop.trigger('start');
    await advance(60);
    loop.trigger('event');
    await advance(1_000);
    expect(causes.map(({ at, cause }) => [at, [...cause.reasons]])).toEqual([
      [0, ['start']],
      [60, ['event']],
      [110, ['fenced']],
      [260, ['fenced']],
    ]);
  });

  test('ends when it is stopped: idle, backing off, or after the pass in hand', async () => {
    const idle = loopOnFakeTime();
    idle.loop.stop();
    await idle.run;

    const backingOff = loopOnFakeTime();
    backingOff.results.push('failed');
    backingOff.loop.trigger('start');
    await backingOff.settle();
    backingOff.loop.stop();
    await backingOff.run;

    const busy = loopOnFakeTime();
    busy.gate(true);
    busy.loop.trigger('start');
    await busy.settle();
    busy.loop.trigger('event');
    busy.loop.stop();
    await busy.openGate();
    await busy.run;
    expect(busy.causes).toHaveLength(1);
  });
});
