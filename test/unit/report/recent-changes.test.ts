import { describe, expect, test } from 'vitest';
import { createRecentChanges } from '../../../src/report/recent-changes.ts';
import { change, passThatDid } from './world.ts';

const A = 'aaaaaaaaaaaa';
const B = 'bbbbbbbbbbbb';
const REASONS = new Set(['event'] as const);

function creations(count: number, from = 0) {
  return Array.from({ length: count }, (_, n) =>
    change('create', `h${from + n}.test`, null, { 'http://10.0.0.1:80': [A] }),
  );
}

describe('the recent changes', () => {
  test('are told newest first, numbered from the start, with time, trigger and names', () => {
    const clock = { ms: Date.UTC(2015, 0, 2) };
    const recent = createRecentChanges(() => clock.ms);
    const first = passThatDid(creations(1), { [A]: 'web' });
    recent.record(first, null, REASONS);
    clock.ms += 1_000;
    const next = passThatDid([
      change(
        'delete',
        'h0.test',
        { 'http://10.0.0.1:80': [A], 'http://10.0.0.2:80': [B, B] },
        null,
      ),
    ]);
    recent.record(next, first, new Set(['settle', 'resync'] as const));
    expect(recent.list()).toEqual([
      {
        number: 2,
        at: '2015-01-02T00:00:01.000Z',
        kind: 'delete',
        vhost: 'h0.test',
        triggers: ['settle', 'resync'],
        added: [],
        removed: [
          { url: 'http://10.0.0.1:80', copies: 1, containers: ['web'] },
          { url: 'http://10.0.0.2:80', copies: 2, containers: [B] },
        ],
        more: 0,
      },
      {
        number: 1,
        at: '2015-01-02T00:00:00.000Z',
        kind: 'create',
        vhost: 'h0.test',
        triggers: ['event'],
        added: [{ url: 'http://10.0.0.1:80', copies: 1, containers: ['web'] }],
        removed: [],
        more: 0,
      },
    ]);
    expect(recent.total()).toBe(2);
  });

  test('are the last two hundred, however many one pass or many passes make', () => {
    const recent = createRecentChanges(() => 0);
    recent.record(passThatDid(creations(150)), null, REASONS);
    recent.record(passThatDid(creations(1_000, 150)), null, REASONS);
    recent.record(passThatDid(creations(1, 1_150)), null, REASONS);
    expect(recent.total()).toBe(1_151);
    expect(recent.list()).toHaveLength(200);
    expect(recent.list().map(({ number }) => number)).toEqual(
      Array.from({ length: 200 }, (_, n) => 1_151 - n),
    );
    expect(recent.list()[1]).toMatchObject({ number: 1_150, vhost: 'h1149.test' });
  });

  test('hold at most twenty backends of a change, and the number of the others', () => {
    const recent = createRecentChanges(() => 0);
    const backends = Object.fromEntries(
      Array.from({ length: 25 }, (_, n) => [`http://10.0.0.${n}:80`, [A]]),
    );
    recent.record(passThatDid([change('create', 'a.test', null, backends)]), null, REASONS);
    expect(recent.list()[0]).toMatchObject({ more: 5 });
    expect(recent.list()[0]?.added).toHaveLength(20);
  });

  test('are the very same list while nothing changes', () => {
    const recent = createRecentChanges(() => 0);
    recent.record(passThatDid(creations(1)), null, REASONS);
    const before = recent.list();
    recent.record(passThatDid([]), null, REASONS);
    recent.record(passThatDid(creations(1), {}, []), null, REASONS);
    expect(recent.list()).toBe(before);
    expect(recent.total()).toBe(1);
  });
});
