import { expect, it } from 'vitest';
import { type EndedPass, passEvents } from '../../../src/bus/pass-events.ts';
import type { Pass } from '../../../src/reconcile.ts';

const ID = 'abcdefabcdef';

/** A pass that changed so many vhosts: each lost one backend, got another, and kept a third. */
function pass(vhosts: number): Pass {
  const changes = Array.from({ length: vhosts }, (_none, n) => ({
    ...{ kind: 'update', vhost: `v${n}.test` },
    before: { identifier: 'v', entries: ['http://old:80', 'http://kept:80'] },
    after: { identifier: 'v', entries: ['http://kept:80', 'http://kept:80', 'http://new:80'] },
    claimBefore: { backends: new Map([['http://old:80', ['gone']]]) },
    write: { backends: [{ url: 'http://new:80', weight: 1, ids: [ID] }] },
  }));
  const results = changes.map(({ vhost }) => ({ kind: 'update', vhost }));
  const containers = [{ id: `${ID}${'0'.repeat(52)}`, name: 'app' }];
  const whole = { containers, applied: { results }, decision: { plan: { changes } } };
  return whole as unknown as Pass;
}

const ended = (of: Pass | null): EndedPass => ({
  ...{ result: of === null ? 'failed' : 'applied', durationMs: 1.6, pass: of, before: null },
  reasons: new Set(['event'] as const),
});

const read = (datagram: string) => JSON.parse(`${datagram}}`);

it('says each URL that left or joined a list, not one that only stands there more often', () => {
  const { events, more } = passEvents(ended(pass(1)));
  expect(events.map(({ name }) => name)).toEqual(['route_removed', 'route_added', 'reconciled']);
  expect(events.map(({ datagram }) => read(datagram).kwargs)).toEqual([
    { vhost: 'v0.test', url: 'http://old:80', container: 'gone', id: 'gone' },
    { vhost: 'v0.test', url: 'http://new:80', container: 'app', id: ID },
    { result: 'applied', changes: 1, durationMs: 2, triggers: ['event'] },
  ]);
  expect(more).toBe(false);
});

it('says of a failed pass that it failed', () => {
  const { events } = passEvents(ended(null));
  expect(events.map(({ datagram }) => read(datagram).kwargs.result)).toEqual(['failed']);
});

it('says 500 route changes of a pass at most, and that there were more', () => {
  const { events, more } = passEvents(ended(pass(400)));
  expect(events.length).toBe(501);
  expect(read(events.at(-1)?.datagram ?? '').kwargs.changes).toBe(400);
  expect(more).toBe(true);
  expect(passEvents(ended(pass(250))).more).toBe(false);
});
