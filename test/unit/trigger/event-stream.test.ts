import { PassThrough, type Readable } from 'node:stream';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eventStream, type StreamSignal } from '../../../src/trigger/event-stream.ts';

/** What a subscriber is told, with streams that the test holds in its hand. */
function follow(open: (signal: AbortSignal) => Promise<Readable>) {
  const told: StreamSignal[] = [];
  const reopen = new Subject<void>();
  const subscription = eventStream({ open, reopen, random: () => 1 }).subscribe((signal) =>
    told.push(signal),
  );
  return { told, kinds: () => told.map(({ kind }) => kind), reopen, subscription };
}

describe('eventStream', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is up at the headers, and tells each event by its action, and what was created', async () => {
    const stream = new PassThrough();
    const { told, subscription } = follow(async () => stream);
    await vi.advanceTimersByTimeAsync(0);
    stream.write('{"Action":"start","id":"x"}\n{"Action":"die"}\nrubbish\n');
    stream.write(`{"Type":"container","Action":"create","Actor":{"ID":"${'a'.repeat(64)}"}}\n`);
    await vi.advanceTimersByTimeAsync(0);
    const created = { kind: 'created', id: 'a'.repeat(64) };
    expect(told).toEqual([
      { kind: 'up' },
      { kind: 'event', action: 'start', ahead: null, container: null },
      { kind: 'event', action: 'die', ahead: null, container: null },
      { kind: 'event', action: 'malformed', ahead: null, container: null },
      { kind: 'event', action: 'create', ahead: created, container: created.id },
    ]);
    subscription.unsubscribe();
  });

  test('opens again after a clean end, an error and a refusal, later each time, at most 5 s', async () => {
    const opened: number[] = [];
    const streams: PassThrough[] = [];
    const { kinds, subscription } = follow(async () => {
      opened.push(Date.now());
      if (opened.length > 2) throw new Error('connection refused');
      const stream = new PassThrough();
      streams.push(stream);
      return stream;
    });
    await vi.advanceTimersByTimeAsync(0);
    streams[0]?.end();
    streams[0]?.resume();
    await vi.advanceTimersByTimeAsync(200);
    streams[1]?.destroy(new Error('ECONNRESET'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kinds().slice(0, 5)).toEqual(['up', 'down', 'up', 'down', 'down']);
    const pauses = opened.slice(1).map((at, i) => at - (opened[i] ?? 0));
    expect(pauses.slice(0, 6)).toEqual([200, 200, 400, 800, 1_600, 3_200]);
    expect(Math.max(...pauses)).toBe(5_000);
    subscription.unsubscribe();
  });

  test('ends a stream that is not trusted any more, and opens another', async () => {
    const streams: PassThrough[] = [];
    const { kinds, reopen, subscription } = follow(async () => {
      const stream = new PassThrough();
      streams.push(stream);
      return stream;
    });
    await vi.advanceTimersByTimeAsync(0);
    reopen.next();
    await vi.advanceTimersByTimeAsync(200);
    expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, false]);
    expect(kinds()).toEqual(['up', 'down', 'up']);
    subscription.unsubscribe();
  });

  test.each([
    ['ended', undefined, true],
    ['was reset', new Error('read ECONNRESET'), true],
    ['was given up by the kernel', new Error('read ETIMEDOUT'), false],
    ['had its way cut', new Error('read EHOSTUNREACH'), false],
  ])('a stream that %s tells whether the other side ended it', async (_how, error, ended) => {
    const stream = new PassThrough();
    const { told, subscription } = follow(async () => stream);
    await vi.advanceTimersByTimeAsync(0);
    stream.destroy(error);
    await vi.advanceTimersByTimeAsync(0);
    expect(told.slice(0, 2)).toMatchObject([{ kind: 'up' }, { kind: 'down', ended }]);
    subscription.unsubscribe();
  });

  test('ends the stream, and one that is just being opened, when nobody listens any more', async () => {
    const stream = new PassThrough();
    const open = follow(async () => stream);
    await vi.advanceTimersByTimeAsync(0);
    open.subscription.unsubscribe();
    expect(stream.destroyed).toBe(true);

    let signal: AbortSignal | undefined;
    const opening = follow((given) => {
      signal = given;
      return new Promise(() => undefined);
    });
    opening.subscription.unsubscribe();
    expect(signal?.aborted).toBe(true);
  });
});
