import { describe, expect, test } from 'vitest';
import type { ShownMarks, ShownRoute } from '../../../src/answers/routes.ts';
import { routeRows } from '../../../src/http/page/rows.ts';
import type { PageState } from '../../../src/http/page/state.ts';

const URLS = ['http://10.0.0.1:80', 'http://10.0.0.2:80', 'http://10.0.0.1:80'];

function rowOf(
  vhost: string,
  dead: readonly ShownMarks[] | null,
  unproven: readonly string[] | null = [],
) {
  const common = { owner: 'self', ownerId: 'o', containers: [], names: [] } as const;
  const backends = URLS.map((url) => {
    return { url, ...common, unproven: unproven?.includes(url) ?? null };
  });
  const known = { vhost, identifier: vhost, held: false, backends };
  const route: ShownRoute = { ...known, dead, failures: null };
  const state: PageState = {
    connection: 'live',
    connectionSince: 0,
    status: null,
    routes: [route],
    routesAt: 1_000,
    containers: null,
    changes: null,
    plan: null,
    planAt: 0,
  };
  const [row] = routeRows(state);
  return { row, slots: row?.backends.map(({ deadSlots, deadUntil }) => [deadSlots, deadUntil]) };
}

describe('a route on the page', () => {
  test('of which nothing is marked, or known, is routed', () => {
    expect(rowOf('a.test', []).row?.state).toBe('routed');
    expect(rowOf('a.test', null).row?.state).toBe('routed');
  });

  test('of one host is judged by its marks', () => {
    const some = rowOf('a.test', [{ host: 'a.test', slots: [0], expiresInMs: 500 }]);
    expect([some.row?.state, some.slots]).toEqual([
      'impaired',
      [
        [1, 1_500],
        [0, null],
      ],
    ]);
    const all = rowOf('a.test', [{ host: 'a.test', slots: [0, 1, 2], expiresInMs: null }]);
    expect([all.row?.state, all.row?.deadHosts]).toEqual(['dead', []]);
  });

  test('is judged by whether its backends accept connections, too', () => {
    const [one = '', other = ''] = URLS;
    expect(rowOf('a.test', [], null).row?.state).toBe('routed');
    expect(rowOf('a.test', [], [one]).row?.state).toBe('impaired');
    expect(rowOf('a.test', [], [one, other]).row?.state).toBe('unproven');
    const marked = { host: 'a.test', slots: [1], expiresInMs: null };
    expect(rowOf('a.test', [marked], [one]).row?.state).toBe('dead');
    expect(rowOf('a.test', [marked], [one, other]).row?.state).toBe('unproven');
  });

  test('of a wildcard is judged host by host', () => {
    const a = { host: 'a.test', slots: [0, 2], expiresInMs: 500 };
    const b = { host: 'b.test', slots: [1], expiresInMs: 900 };
    const some = rowOf('*.test', [a, b]);
    expect([some.row?.state, some.slots]).toEqual([
      'impaired',
      [
        [2, 1_500],
        [1, 1_900],
      ],
    ]);
    const all = rowOf('*.test', [a, { ...b, slots: [0, 1, 2] }]);
    expect([all.row?.state, all.row?.deadHosts]).toEqual(['dead', ['b.test']]);
  });
});
