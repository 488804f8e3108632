import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passEvents } from '../../../src/bus/pass-events.ts';
import { compareText } from '../../../src/model/compare.ts';
import type { EndedPass, Pass } from '../../../src/reconcile.ts';

const ID = 'abcdefabcdef';
const OLD = 'fedcbafedcba';

/** What we claim: by vhost and URL the containers. */
type Claimed = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

interface Scene {
  readonly after: Claimed;
  readonly found?: Claimed;
  readonly result?: Pass['result'];
  /** Vhosts whose write is known to have been made. */
  readonly applied?: readonly string[];
  readonly names?: Readonly<Record<string, string>>;
}

function frontends(claimed: Claimed) {
  return new Map(
    Object.entries(claimed).map(([vhost, urls]) => {
      const own = Object.entries(urls);
      const entries = ['http://foreign:80', ...own.flatMap(([url, ids]) => ids.map(() => url))];
      const claims = new Map([['us', { backends: new Map(own), heldSince: null }]]);
      return [vhost, { vhost, list: { kind: 'list', identifier: 'v', entries }, claims }];
    }),
  );
}

function pass({ after, found = after, result = 'applied', applied = [], names = {} }: Scene): Pass {
  const results = applied.map((vhost) => ({ kind: 'update', vhost }));
  const changes = applied.map((vhost) => ({ vhost }));
  const workloads = Object.entries(names).map(([id, name]) => ({
    id: `${id}${'0'.repeat(52)}`,
    name,
  }));
  const whole = {
    ...{ result, workloads, applied: { kind: result, results }, plan: { owner: 'us' } },
    ...{ decision: { plan: { changes } }, after: frontends(after), frontends: frontends(found) },
  };
  return whole as unknown as Pass;
}

const ended = (of: Pass | null, before: Pass | null = null): EndedPass => ({
  ...{ result: of === null ? 'failed' : 'applied', durationMs: 1.6, pass: of, before },
  reasons: new Set(['event'] as const),
});
const read = (datagram: string) => JSON.parse(`${datagram}}`);
const routesOf = (of: Pass, before: Pass | null = null) =>
  passEvents(ended(of, before))
    .events.map(({ name, datagram }) => [name, read(datagram).kwargs])
    .filter(([name]) => name !== 'reconciled');

test('says each URL that left or joined a list, not one that only stands there more often', () => {
  const before = pass({
    after: { 'v.test': { 'http://old:80': [OLD], 'http://kept:80': [ID] } },
    names: { [OLD]: 'gone' },
  });
  const now = pass({
    after: { 'v.test': { 'http://kept:80': [ID, ID], 'http://new:80': [ID] } },
    names: { [ID]: 'app' },
    applied: ['v.test'],
  });
  const { events, more } = passEvents(ended(now, before));
  expect(events.map(({ name }) => name)).toEqual(['route_removed', 'route_added', 'reconciled']);
  expect(events.map(({ datagram }) => read(datagram).kwargs)).toEqual([
    { vhost: 'v.test', url: 'http://old:80', container: 'gone', id: OLD },
    { vhost: 'v.test', url: 'http://new:80', container: 'app', id: ID },
    { result: 'applied', changes: 1, durationMs: 2, triggers: ['event'] },
  ]);
  expect(more).toBe(false);
});

test('says of a URL that passes to another container that the one went and the other came', () => {
  const before = pass({ after: { 'v.test': { 'http://a:80': [OLD] } } });
  const now = pass({ after: { 'v.test': { 'http://a:80': [ID] } } });
  expect(routesOf(now, before)).toEqual([
    ['route_removed', { vhost: 'v.test', url: 'http://a:80', container: OLD, id: OLD }],
    ['route_added', { vhost: 'v.test', url: 'http://a:80', container: ID, id: ID }],
  ]);
});

test('says what stands there, though no write of this controller is known to have made it', () => {
  const before = pass({ after: { 'gone.test': { 'http://a:80': [OLD] } } });
  const now = pass({ after: { 'lost-reply.test': { 'http://b:80': [ID] } }, result: 'in_sync' });
  expect(routesOf(now, before).map(([name, { vhost }]) => [name, vhost])).toEqual([
    ['route_removed', 'gone.test'],
    ['route_added', 'lost-reply.test'],
  ]);
});

test('says nothing of what a fenced pass wrote in part, as long as nothing shows it', () => {
  const before = pass({ after: { 'v.test': { 'http://a:80': [ID] } } });
  const fenced = pass({
    after: { 'v.test': { 'http://a:80': [ID] } },
    ...{ result: 'fenced', applied: ['part.test'] },
  });
  expect(routesOf(fenced, before)).toEqual([]);
});

test('says of the first pass what it changed, and not what stood there before', () => {
  const found = { 'v.test': { 'http://a:80': [ID] } };
  const first = pass({ found, after: { ...found, 'new.test': { 'http://b:80': [ID] } } });
  expect(routesOf(first).map(([name, { vhost }]) => [name, vhost])).toEqual([
    ['route_added', 'new.test'],
  ]);
});

test('says of a failed pass that it failed', () => {
  const { events } = passEvents(ended(null));
  expect(events.map(({ datagram }) => read(datagram).kwargs.result)).toEqual(['failed']);
});

test('says 500 route changes of a pass at most, and that there were more', () => {
  const many = (count: number) =>
    pass({
      after: Object.fromEntries(
        Array.from({ length: count }, (_none, n) => [`v${n}.test`, { 'http://a:80': [ID] }]),
      ),
    });
  const { events, more } = passEvents(ended(many(501), many(0)));
  expect(events.length).toBe(501);
  expect(more).toBe(true);
  expect(passEvents(ended(many(500), many(0))).more).toBe(false);
});

test('whoever follows it knows what is shown, after any passes', () => {
  const id = fc.constantFrom(ID, OLD);
  const urls = fc.dictionary(
    fc.constantFrom('u', 'v'),
    fc.array(id, { minLength: 1, maxLength: 3 }),
  );
  const shown = fc.dictionary(fc.constantFrom('a', 'b', 'c'), urls);
  fc.assert(
    fc.property(fc.array(shown, { minLength: 2, maxLength: 6 }), (states) => {
      const known = new Set<string>();
      const passes = states.map((after) => pass({ after, found: {} }));
      for (const [n, now] of passes.entries()) {
        for (const [name, { vhost, url }] of routesOf(now, passes[n - 1] ?? null)) {
          if (name === 'route_added') known.add(`${vhost} ${url}`);
          else known.delete(`${vhost} ${url}`);
        }
        const keys = Object.entries(states[n] ?? {}).flatMap(([vhost, of]) =>
          Object.keys(of).map((url) => `${vhost} ${url}`),
        );
        expect([...known].sort(compareText)).toEqual(keys.sort(compareText));
      }
    }),
  );
});
