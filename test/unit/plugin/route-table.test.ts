import { describe, expect, test } from 'vitest';
import type { ShownContainer } from '../../../src/answers/containers.ts';
import type { ShownBackend, ShownRoute } from '../../../src/answers/routes.ts';
import { createRouteTable, type RouteKey } from '../../../src/plugin/route-table.ts';
import type { State } from '../../../src/plugin/snapshot.ts';

const A = { vhost: 'a.local', url: 'http://10.0.0.1:80', container: 'hello', id: '0123456789ab' };
const B = { vhost: 'b.local', url: 'http://10.0.0.2:80', container: 'b', id: '' };

const HELLO: ShownContainer = {
  id: '0123456789ab'.padEnd(64, '0'),
  noun: 'container',
  name: 'hello',
  verdict: 'routed',
  routes: [],
  rejections: [],
  hints: [],
};

function state(...routes: readonly ShownRoute[]): State {
  return { routes, containers: [HELLO] };
}

function route({ vhost, url }: RouteKey, more: Partial<ShownBackend> = {}): ShownRoute {
  const containers = ['0123456789ab'];
  const named = { containers, names: containers };
  const told = { owner: 'self', ownerId: 'host-1', ...named, unproven: false } as const;
  const backend = { url, ...told, ...more };
  const known = { vhost, identifier: vhost, held: false, backends: [backend] };
  return { ...known, dead: [], failures: [] };
}

describe('a route table', () => {
  test('tells of each change once, after a snapshot', () => {
    const table = createRouteTable();
    expect(table.replace(state(route(A)))).toEqual({ added: [A], removed: [] });
    expect(table.add(A)).toBe(false);
    expect(table.remove(A)).toBe(true);
    expect(table.remove(A)).toBe(false);
    expect(table.add(A)).toBe(true);
  });

  test('has everything for news as long as it knows of no snapshot', () => {
    const table = createRouteTable();
    expect([table.add(A), table.add(A), table.remove(B)]).toEqual([true, true, true]);
  });

  test('finds in a snapshot what was not told', () => {
    const table = createRouteTable();
    table.add(B);
    const { added, removed } = table.replace(state(route(A)));
    expect({ added, removed }).toEqual({ added: [A], removed: [B] });
    expect(table.replace(state(route(A)))).toEqual({ added: [], removed: [] });
  });

  test('counts a weight once, and nothing that is not of this controller', () => {
    const table = createRouteTable();
    const twice = { ...route(A), backends: [...route(A).backends, ...route(A).backends] };
    const foreign = route(B, { owner: 'foreign', containers: [] });
    expect(table.replace(state(twice, foreign))).toEqual({ added: [A], removed: [] });
  });
});
