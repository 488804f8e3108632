import { describe, expect, test } from 'vitest';
import { createChecker } from './invariants.ts';
import { type Ledger, type Life, loseStore, newLife, openLedger, wallClockOf } from './ledger.ts';
import type { Sample } from './sample.ts';

const HOST = 'h.test';
const URL = 'http://172.17.0.2:80';
const CONTAINER = { shortId: 'aaaaaaaaaaaa', name: 'one' };

/** One container of one owner, and what the checker says of samples of its host. */
function watched(life: Partial<Life> = {}) {
  const side = { owner: 'me', hosts: [HOST], lives: new Set<Life>() };
  const ledger = openLedger([side]);
  side.lives.add(Object.assign(newLife(CONTAINER, HOST, URL), life));
  const checker = createChecker(ledger, () => undefined);
  const look = (list: readonly string[], passBegan: PointInTime) =>
    checker.check(sampleOf(ledger, list, passBegan.epochMs)).map(({ invariant }) => invariant);
  return { ledger, look };
}

function sampleOf(ledger: Ledger, list: readonly string[], score: number): Sample {
  const [owner = ''] = ledger.sides.map((side) => side.owner);
  const claim = Object.fromEntries(list.map((url) => [url, [CONTAINER.shortId]]));
  const now = performance.now();
  return {
    from: now,
    to: now,
    lists: new Map([[HOST, [HOST, ...list]]]),
    claims: new Map([[owner, new Map([[HOST, claim]])]]),
    scores: new Map([[owner, score]]),
    marks: new Map(),
  };
}

/** By both clocks. */
interface PointInTime {
  readonly moment: number;
  readonly epochMs: number;
}

function ago(ms: number): PointInTime {
  const moment = performance.now() - ms;
  return { moment, epochMs: Math.round(wallClockOf(moment)) };
}

const [LONG_AGO, EARLIER, MIDDLE, LATER] = [ago(100_000), ago(300), ago(200), ago(100)];
const ENDED = { endingAt: EARLIER.moment, endedAt: MIDDLE.moment };

describe('a container that runs', () => {
  test('may be missing until it was seen, and then no more', () => {
    const { look } = watched();
    expect(look([], EARLIER)).toEqual([]);
    expect(look([URL], EARLIER)).toEqual([]);
    expect(look([], MIDDLE)).toEqual([2]);
  });

  test('again is seen once a pass began after it was back', () => {
    const { look } = watched({ againAt: MIDDLE.epochMs });
    expect(look([URL], EARLIER)).toEqual([]);
    expect(look([], EARLIER)).toEqual([]);
    expect(look([URL], LATER)).toEqual([]);
    expect(look([], LATER)).toEqual([2]);
  });
});

describe('a container that has ended', () => {
  test('may still be written by a pass that began before, and goes by the next one', () => {
    const { look } = watched(ENDED);
    expect(look([], EARLIER)).toEqual([]);
    expect(look([URL], EARLIER)).toEqual([]);
    expect(look([URL], LATER)).toEqual([]);
    expect(look([], LATER)).toEqual([]);
  });

  test('does not come back once a pass began after its end', () => {
    const { look } = watched(ENDED);
    expect(look([], LATER)).toEqual([]);
    expect(look([URL], LATER)).toEqual([8]);
  });

  test('does not stay for ever', () => {
    const { ledger, look } = watched({ endingAt: LONG_AGO.moment, endedAt: LONG_AGO.moment });
    ledger.calmSince = LONG_AGO.moment;
    expect(look([URL], LATER)).toEqual([3]);
  });
});

describe('a container that is drained', () => {
  const DRAINED = { ...ENDED, isDrained: true };

  test('goes, and does not come back', () => {
    const { look } = watched(DRAINED);
    expect(look([URL], EARLIER)).toEqual([]);
    expect(look([], LATER)).toEqual([]);
    expect(look([URL], LATER)).toEqual([8]);
  });

  test('may come back once the store has lost that', () => {
    const { ledger, look } = watched(DRAINED);
    expect(look([], LATER)).toEqual([]);
    loseStore(ledger);
    expect(look([URL], LATER)).toEqual([]);
  });
});

test('what nobody asked for is seen', () => {
  const { look } = watched();
  expect(look([URL, 'http://172.17.0.9:80'], LATER)).toEqual([4]);
});

test('a pass that began behind another one is seen', () => {
  const { look } = watched();
  look([URL], LATER);
  expect(look([URL], EARLIER)).toEqual([8]);
});
