import { describe, expect, test } from 'vitest';
import { asking, container, desire, frontendsOf, on } from './containers.ts';

describe('grouping', () => {
  test('all containers of a vhost are its backends, sorted by URL', () => {
    const desired = desire([
      asking(3, 'a.local'),
      asking(1, 'a.local'),
      asking(2, 'b.local a.local'),
    ]);

    expect(frontendsOf(desired)).toEqual([
      'a.local [a.local] http://172.17.0.1:80*1 http://172.17.0.2:80*1 http://172.17.0.3:80*1',
      'b.local [b.local] http://172.17.0.2:80*1',
    ]);
  });

  test('the identifier is the primary vhost of the oldest container', () => {
    const old = asking(7, 'main.local', { createdAt: 1, env: { ALIAS: 'shared.local' } });
    const young = asking(1, 'shared.local', { createdAt: 2 });

    expect(frontendsOf(desire([young, old]))).toEqual([
      'main.local [main.local] http://172.17.0.7:80*1',
      'shared.local [main.local] http://172.17.0.1:80*1 http://172.17.0.7:80*1',
    ]);
  });

  test('of one second, the lower id is the older one', () => {
    const a = asking(1, 'a.local shared.local', { createdAt: 5 });
    const b = asking(2, 'b.local shared.local', { createdAt: 5 });

    expect(frontendsOf(desire([b, a]))).toContain(
      'shared.local [a.local] http://172.17.0.1:80*1 http://172.17.0.2:80*1',
    );
  });

  test('two containers with one URL are one backend: the oldest gives the id, the largest weight counts', () => {
    const old = asking(1, 'a.local', { networkMode: 'host', addresses: [on('host', null)] });
    const young = asking(2, 'a.local', {
      networkMode: 'host',
      addresses: [on('host', null)],
      labels: { 'autodock.weight': '3' },
    });

    const [frontend] = desire([young, old]).frontends.values();

    expect(frontend?.backends).toEqual([
      { url: 'http://127.0.0.1:80', ids: Array.from({ length: 3 }, () => old.id.slice(0, 12)) },
    ]);
  });

  test('one vhost on two ports of a container is two backends, on one port twice it is one', () => {
    const two = container(1, {
      exposedPorts: [80, 81],
      labels: {
        'autodock.host': 'a.local',
        'autodock.b.host': 'a.local',
        'autodock.b.port': '81',
        'autodock.c.host': 'a.local',
        'autodock.c.weight': '2',
      },
    });

    expect(frontendsOf(desire([two]))).toEqual([
      'a.local [a.local] http://172.17.0.1:80*2 http://172.17.0.1:81*1',
    ]);
  });

  test('frontends are sorted by code units, verdicts by the names of the containers', () => {
    const desired = desire([
      asking(1, 'b.local', { name: 'zeta' }),
      asking(2, '*', { name: 'alpha' }),
      asking(3, '_a.local a.local', { name: 'Mid' }),
    ]);

    expect([...desired.frontends.keys()]).toEqual(['*', '_a.local', 'a.local', 'b.local']);
    expect(desired.verdicts.map(({ name }) => name)).toEqual(['Mid', 'alpha', 'zeta']);
  });
});
