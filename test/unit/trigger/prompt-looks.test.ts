import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventAction } from '../../../src/trigger/docker-event.ts';
import type { HeardEvent } from '../../../src/trigger/looks.ts';
import { promptLooks } from '../../../src/trigger/prompt-looks.ts';

type Deed = readonly [at: number, action: EventAction, container?: string];

/** The looks at an engine that tells of these, each as its time and reason. */
function looksAt(
  deeds: readonly Deed[],
  listMs = 0,
  changesNoRoute: (container: string) => boolean = () => false,
): readonly string[] {
  const heard = new Subject<HeardEvent>();
  const looks: string[] = [];
  const startedAt = Date.now();
  const subscription = promptLooks(heard, {
    listMs: () => listMs,
    changesNoRoute,
  }).subscribe((look) => {
    const of = look.reason === 'event' ? ` of ${look.eventAt - startedAt}` : '';
    looks.push(`${Date.now() - startedAt} ${look.reason}${of}`);
  });
  for (const [at, action, container = 'one'] of deeds) {
    vi.advanceTimersByTime(at - (Date.now() - startedAt));
    heard.next({ action, container, at: Date.now() });
  }
  vi.advanceTimersByTime(60_000);
  subscription.unsubscribe();
  return looks;
}

describe('an engine whose list is right when it tells of a start or an end', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each(['start', 'die', 'health_status', 'update'] as const)(
    'is looked at once at %s, and once more where nothing else happens',
    (action) => {
      expect(looksAt([[0, action]])).toEqual(['0 event of 0', '5000 settle']);
    },
  );

  test('is looked at twice for a container that comes and goes, whatever else is told of it', () => {
    const job: readonly Deed[] = [
      ...([
        [0, 'create'],
        [10, 'connect'],
        [200, 'start'],
      ] as const),
      ...([
        [400, 'disconnect'],
        [410, 'stop'],
        [412, 'die'],
        [450, 'destroy'],
      ] as const),
    ];
    expect(looksAt(job)).toEqual(['200 event of 200', '412 event of 412', '5450 settle']);
  });

  test('is looked at at the signal of a stop and at its end', () => {
    const stop: readonly Deed[] = [
      ...([
        [0, 'kill'],
        [150, 'disconnect'],
        [155, 'stop'],
        [158, 'die'],
      ] as const),
    ];
    expect(looksAt(stop)).toEqual(['0 event of 0', '158 event of 158', '5158 settle']);
  });

  test.each(['connect', 'disconnect', 'stop'] as const)(
    'is looked at when its list is right, and followed for a second, where %s is all that comes',
    (action) => {
      expect(looksAt([[0, action]])).toEqual(['300 event of 0', '1000 settle', '5000 settle']);
    },
  );

  test('is looked at for one container whatever happens to another', () => {
    const looks = looksAt([
      [0, 'connect', 'one'],
      [100, 'die', 'another'],
    ]);
    expect(looks).toEqual(['100 event of 100', '300 event of 0', '1000 settle', '5100 settle']);
  });

  test('is followed for a second after a pause, of which its list is late to tell', () => {
    const follows = ['50 settle', '150 settle', '400 settle', '1000 settle', '5000 settle'];
    expect(looksAt([[0, 'pause']])).toEqual(['0 event of 0', ...follows]);
    expect(looksAt([[0, 'unpause']])).toEqual(['0 event of 0', ...follows]);
    expect(looksAt([[0, 'malformed']])).toEqual(['0 event of 0', ...follows]);
  });

  test('is followed less often where its list takes long, and never less than each second', () => {
    const [, ...long] = looksAt([[0, 'pause']], 50);
    expect(long).toEqual(['200 settle', '400 settle', '650 settle', '1250 settle', '5000 settle']);
    const [, ...longest] = looksAt([[0, 'pause']], 9_000);
    expect(longest.slice(0, 4)).toEqual([1, 2, 3, 4].map((at) => `${at}000 settle`));
  });

  test('is not looked at where nothing can have changed', () => {
    expect(
      looksAt([
        [0, 'create'],
        [10, 'other'],
      ]),
    ).toEqual([]);
  });

  test('is looked at every five seconds, however many come and go that change no route', () => {
    const jobs = Array.from({ length: 4 }, (_, index): readonly Deed[] => [
      [index * 3_000, 'create', `job-${index}`],
      [index * 3_000 + 10, 'connect', `job-${index}`],
      [index * 3_000 + 200, 'start', `job-${index}`],
      [index * 3_000 + 900, 'disconnect', `job-${index}`],
      [index * 3_000 + 910, 'die', `job-${index}`],
    ]);
    const looks = looksAt(jobs.flat(), 0, (container) => container.startsWith('job'));
    expect(looks).toEqual(['5200 settle', '10200 settle']);
  });

  test('is looked at at once for one that does, beside such ones', () => {
    const deeds: readonly Deed[] = [
      [0, 'start', 'job'],
      [100, 'start', 'shop'],
      [200, 'die', 'job'],
    ];
    expect(looksAt(deeds, 0, (container) => container === 'job')).toEqual([
      ...['100 event of 100', '5000 settle', '5100 settle'],
    ]);
  });

  test('is looked at for one of which it is known too late that it changes no route', () => {
    let isKnown = false;
    const connected: readonly Deed[] = [
      [0, 'connect'],
      [200, 'start'],
    ];
    expect(looksAt(connected, 0, () => isKnown)[0]).toBe('200 event of 200');
    isKnown = true;
    expect(looksAt(connected, 0, () => isKnown)).toEqual(['5200 settle']);
  });

  test('is looked at in the end of a time in which one event came after the other', () => {
    const busy = Array.from({ length: 10 }, (_, index): Deed => [index * 3_000, 'start']);
    const looks = looksAt(busy);
    expect(looks.filter((look) => look.endsWith('settle'))).toEqual(['32000 settle']);
  });
});
