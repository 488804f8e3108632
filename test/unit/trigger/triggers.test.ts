import { EMPTY, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventAction } from '../../../src/trigger/docker-event.ts';
import type { StreamSignal } from '../../../src/trigger/event-stream.ts';
import { type TriggerSources, triggers } from '../../../src/trigger/triggers.ts';

function follow(overrides: Partial<TriggerSources> = {}) {
  const stream = new Subject<StreamSignal>();
  const redisReady = new Subject<void>();
  const dockerFailed = new Subject<void>();
  const startedAt = Date.now();
  const told: [number, string][] = [];
  const subscription = triggers({
    stream,
    redisReady,
    dockerFailed,
    ping: async () => undefined,
    readOrders: async () => null,
    mayOrdersHaveChanged: () => true,
    resyncMs: 1_000_000,
    random: () => 0.5,
    now: Date.now,
    hasPromptList: () => false,
    listMs: () => 0,
    changesNoRoute: () => false,
    knock: async () => 'away',
    keepsContainers: () => true,
    ...overrides,
  }).subscribe(({ reason }) => told.push([Date.now() - startedAt, reason]));
  return {
    stream,
    redisReady,
    dockerFailed,
    told,
    subscription,
    reasons: () => told.map(([, r]) => r),
  };
}

const event = (action: EventAction, container = 'one'): StreamSignal => ({
  ...{ kind: 'event', action, ahead: null },
  container,
});

const SETTLES = [50, 100, 200, 400, 800, ...Array.from({ length: 10 }, (_, i) => 1_000 * (i + 1))];

describe('triggers', () => {
  let end: () => void = () => undefined;
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    end();
    vi.useRealTimers();
  });

  test('start at the headers of the event stream, so that nothing falls between list and stream', () => {
    const { stream, reasons, subscription } = follow();
    end = () => subscription.unsubscribe();
    expect(reasons()).toEqual([]);
    stream.next({ kind: 'up' });
    expect(new Set(reasons())).toEqual(new Set(['start', 'stream']));
  });

  test('start all the same if the stream cannot be had, or is switched off', () => {
    const refused = follow();
    refused.stream.next({ kind: 'down', error: new Error('403'), ended: false });
    expect(refused.reasons()).toEqual(['start', 'stream_down']);
    refused.subscription.unsubscribe();

    const off = follow({ stream: null });
    end = () => off.subscription.unsubscribe();
    expect(off.reasons()).toEqual(['start']);
  });

  test('are followed by settle passes for ten seconds, counted anew from each event', () => {
    const { stream, told, subscription } = follow();
    end = () => subscription.unsubscribe();
    stream.next({ kind: 'up' });
    vi.advanceTimersByTime(20_000);
    expect(told.filter(([, reason]) => reason === 'settle').map(([at]) => at)).toEqual(SETTLES);
    told.length = 0;
    stream.next(event('die'));
    vi.advanceTimersByTime(120);
    stream.next(event('start'));
    vi.advanceTimersByTime(20_000);
    const settles = told.filter(([, reason]) => reason === 'settle').map(([at]) => at - 20_000);
    expect(settles).toEqual([50, 100, ...SETTLES.map((at) => at + 120)]);
  });

  describe('by an event of the stream', () => {
    const SECONDS = SETTLES.filter((at) => at >= 1_000);
    const passesAfter = (...actions: readonly EventAction[]) => {
      const { stream, told, subscription } = follow();
      end = () => subscription.unsubscribe();
      stream.next({ kind: 'up' });
      vi.advanceTimersByTime(20_000);
      told.length = 0;
      for (const action of actions) stream.next(event(action));
      vi.advanceTimersByTime(20_000);
      return told.map(([at, reason]) => `${at - 20_000} ${reason}`);
    };
    const settles = (times: readonly number[]) => times.map((at) => `${at} settle`);

    test('of most kinds run at once', () => {
      expect(passesAfter('die')).toEqual(['0 event', ...settles(SETTLES)]);
    });

    test('that is a signal run at once and each second: it will be said what came of it', () => {
      expect(passesAfter('kill')).toEqual(['0 event', ...settles(SECONDS)]);
    });

    test('of a connection run when the list is right, once for all of them', () => {
      const later = (times: readonly number[]) => settles(times.map((at) => at + 50));
      expect(passesAfter('connect', 'connect')).toEqual(['50 event', ...later([50, ...SECONDS])]);
      expect(passesAfter('disconnect', 'disconnect')).toEqual(['50 event', ...later(SETTLES)]);
    });

    test('are not cut short by one that needs few', () => {
      expect(passesAfter('die', 'kill')).toEqual(expect.arrayContaining(settles(SETTLES)));
      expect(passesAfter('kill', 'die')).toEqual(['0 event', '0 event', ...settles(SETTLES)]);
    });
  });

  test('are none where something is created: it does not run yet', () => {
    const { stream, told, subscription } = follow();
    end = () => subscription.unsubscribe();
    stream.next({ kind: 'up' });
    vi.advanceTimersByTime(20_000);
    told.length = 0;
    stream.next(event('create'));
    vi.advanceTimersByTime(20_000);
    expect(told).toEqual([]);
  });

  test('come from Redis, from SIGHUP, and from the timer with a tenth of jitter', () => {
    const spread = [0, 1, 0.5];
    const { redisReady, told, subscription } = follow({
      stream: EMPTY,
      readOrders: async () => null,
      resyncMs: 30_000,
      random: () => spread.shift() ?? 0.5,
    });
    end = () => subscription.unsubscribe();
    redisReady.next();
    process.emit('SIGHUP');
    vi.advanceTimersByTime(90_000);
    expect(told).toEqual([
      [0, 'redis'],
      [0, 'signal'],
      [27_000, 'resync'],
      [60_000, 'resync'],
      [90_000, 'resync'],
    ]);
  });

  test('tell when an engine that did not answer answers again', async () => {
    const answers = [false, false, true, true];
    const { dockerFailed, told, subscription } = follow({
      stream: EMPTY,
      ping: async () => {
        if (answers.shift() !== true) throw new Error('no answer');
      },
    });
    end = () => subscription.unsubscribe();
    dockerFailed.next();
    dockerFailed.next();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([[2_000, 'docker']]);
    // It answers pings, but the list failed: that is for the loop's own backoff.
    dockerFailed.next();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toHaveLength(1);
  });
});
