import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StreamSignal } from '../../../src/trigger/event-stream.ts';
import { newDaemons } from '../../../src/trigger/new-daemon.ts';

type Presence = 'answers' | 'silent' | 'away' | 'blocked' | 'cancelled';

/** When a new daemon is told of; `presences` are those of one knock after the other, the last for ever. */
function follow(presences: readonly Presence[], keepsContainers = false) {
  const left = [...presences];
  const stream = new Subject<StreamSignal>();
  const told: number[] = [];
  let knocks = 0;
  const subscription = newDaemons({
    stream,
    knock: async () => {
      knocks += 1;
      return (left.length > 1 ? left.shift() : left[0]) ?? 'away';
    },
    keepsContainers: () => keepsContainers,
    now: Date.now,
  }).subscribe(() => told.push(Date.now()));
  return { stream, told, knocks: () => knocks, end: () => subscription.unsubscribe() };
}

const down = (ended: boolean): StreamSignal => ({ kind: 'down', error: new Error('gone'), ended });
const many = (presence: Presence, times: number) => Array<Presence>(times).fill(presence);

describe('a new daemon', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const outcomeOf = async (
    presences: readonly Presence[],
    signals: readonly StreamSignal[],
    keepsContainers = false,
  ) => {
    const followed = follow(presences, keepsContainers);
    for (const signal of signals) followed.stream.next(signal);
    await vi.advanceTimersByTimeAsync(60_000);
    followed.end();
    return { told: followed.told.length, knocks: followed.knocks() };
  };

  test('is told of once when somebody is silent where nobody was', async () => {
    const restart = [...many('away', 20), 'silent'] as const;
    expect(await outcomeOf(restart, [down(true), down(false), down(false)])).toEqual({
      told: 1,
      knocks: 21,
    });
    expect((await outcomeOf(restart, [down(false)])).told).toBe(1);
  });

  test('is told of when the stream ended and there is silence for a second', async () => {
    expect((await outcomeOf(['silent'], [down(true)])).told).toBe(1);
    expect((await outcomeOf([...many('silent', 5), 'answers'], [down(true)])).told).toBe(0);
  });

  test('is not told of while nobody is there, or while one is frozen whose stream we gave up', async () => {
    expect((await outcomeOf(['away'], [down(true)])).told).toBe(0);
    expect((await outcomeOf(['silent'], [down(false)])).told).toBe(0);
  });

  test('is not told of by a network that is cut, which is silent and blocked by turns', async () => {
    const cut = [
      ...many('silent', 5),
      'blocked',
      ...many('silent', 5),
      'blocked',
      'silent',
    ] as const;
    expect((await outcomeOf(cut, [down(false)])).told).toBe(0);
    expect((await outcomeOf([...many('blocked', 30), 'answers'], [down(true)])).told).toBe(0);
    expect((await outcomeOf(['cancelled'], [down(true)])).told).toBe(0);
  });

  test('is not told of when one answers: its list tells more', async () => {
    expect(await outcomeOf(['answers'], [down(true)])).toEqual({ told: 0, knocks: 1 });
    expect((await outcomeOf(['away', 'answers', 'silent'], [down(true)])).told).toBe(0);
  });

  test('is not told of when the stream is open again', async () => {
    const { stream, told, end } = follow([...many('away', 20), 'silent']);
    stream.next(down(true));
    await vi.advanceTimersByTimeAsync(500);
    stream.next({ kind: 'up' });
    await vi.advanceTimersByTimeAsync(60_000);
    end();
    expect(told).toEqual([]);
  });

  test('is not looked for where containers live on without one', async () => {
    expect(await outcomeOf(['away', 'silent'], [down(true)], true)).toEqual({ told: 0, knocks: 0 });
  });
});
