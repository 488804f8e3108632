import { describe, expect, test } from 'vitest';
import type { Barriers } from '../../../../src/model/container.ts';
import { engine, item } from './engine.ts';

const MACVLAN: Barriers = { ipv4: 'macvlan', ipv6: 'macvlan' };
const NOTHING: Barriers = { ipv4: null, ipv6: null };
const idOf = (name: string) => Buffer.from(name).toString('hex').padEnd(64, '0');
const on = (n: number, ...networks: readonly string[]) =>
  item(n, '', {
    NetworkSettings: {
      Networks: Object.fromEntries(
        networks.map((name) => [name, { NetworkID: idOf(name), IPAddress: `10.0.0.${n}` }]),
      ),
    },
  });

describe('the networks of containers', () => {
  test('are asked about when they are seen first, and never again', async () => {
    const { world, observe } = engine();
    world.networks = async () =>
      new Map([
        [idOf('web'), NOTHING],
        [idOf('lan'), MACVLAN],
      ]);
    world.list = [on(1, 'lan', 'web')];

    expect(await observe()).toMatchObject([
      { kind: 'known', barriers: new Map([['lan', MACVLAN]]) },
    ]);
    world.list = [on(1, 'lan', 'web'), on(2, 'web')];
    await observe();
    await observe();

    expect(world.networksAsked).toBe(1);
  });

  test('are asked about anew when a container shows one that is new', async () => {
    const { world, observe } = engine();
    world.networks = async () => new Map([[idOf('web'), NOTHING]]);
    world.list = [on(1, 'web')];
    await observe();
    world.networks = async () =>
      new Map([
        [idOf('web'), NOTHING],
        [idOf('lan'), MACVLAN],
      ]);
    world.list = [on(1, 'web'), on(2, 'lan')];

    expect(await observe()).toMatchObject([
      { kind: 'known', barriers: new Map() },
      { kind: 'known', barriers: new Map([['lan', MACVLAN]]) },
    ]);
    expect(world.networksAsked).toBe(2);
  });

  test('make a container unknown while they are, and leave the others as they are', async () => {
    const { world, observe } = engine();
    world.networks = async () => new Map([[idOf('web'), NOTHING]]);
    world.list = [on(1, 'web')];
    await observe();
    world.networks = () => Promise.reject(new Error('no answer within 10000 ms'));
    world.list = [on(1, 'web'), on(2, 'lan')];

    expect(await observe()).toMatchObject([
      { kind: 'known' },
      { kind: 'unknown', why: 'its networks are not known (no answer within 10000 ms)' },
    ]);
    await observe();
    expect(world.networksAsked, 'not again before a pause is over').toBe(2);

    world.networks = async () =>
      new Map([
        [idOf('web'), NOTHING],
        [idOf('lan'), MACVLAN],
      ]);
    world.now = 1_000;
    expect(await observe()).toMatchObject([{ kind: 'known' }, { kind: 'known' }]);
  });

  test('that the engine does not list keep nobody else waiting', async () => {
    const { world, observe } = engine();
    world.networks = async () => new Map([[idOf('web'), NOTHING]]);
    world.list = [on(1, 'web'), on(2, 'gone')];
    expect(await observe()).toMatchObject([
      { kind: 'known' },
      { kind: 'unknown', why: 'the engine does not list one of its networks' },
    ]);

    world.networks = async () =>
      new Map([
        [idOf('web'), NOTHING],
        [idOf('lan'), MACVLAN],
      ]);
    world.list = [on(1, 'web'), on(2, 'gone'), on(3, 'lan')];
    expect(await observe()).toMatchObject([
      { kind: 'known' },
      { kind: 'unknown' },
      { kind: 'known', barriers: new Map([['lan', MACVLAN]]) },
    ]);
  });

  test('are not asked about for an endpoint without an address', async () => {
    const { world, observe } = engine();
    const Networks = { web: { NetworkID: idOf('web'), IPAddress: '' } };
    world.list = [item(1, '', { State: 'restarting', NetworkSettings: { Networks } })];
    await observe();
    expect(world.networksAsked).toBe(0);
  });

  test('are told late: what waited in vain looks again', async () => {
    const { world, observe } = engine();
    let answer: (networks: ReadonlyMap<string, Barriers>) => void = () => undefined;
    world.networks = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    world.list = [on(1, 'lan')];

    expect(await observe()).toMatchObject([{ kind: 'unknown' }]);
    expect(world.late).toBe(0);
    answer(new Map([[idOf('lan'), MACVLAN]]));
    await new Promise(setImmediate);

    expect(world.late).toBe(1);
    expect(await observe()).toMatchObject([{ kind: 'known' }]);
    expect(world.networksAsked).toBe(1);
  });

  test('are taken for bridges, and that is told once, where the question is denied', async () => {
    const { world, observe } = engine();
    world.networks = async () => 'denied';
    world.list = [on(1, 'lan')];
    await observe();
    world.list = [on(1, 'lan'), on(2, 'web')];

    expect(await observe()).toMatchObject([
      { kind: 'known', barriers: new Map() },
      { kind: 'known', barriers: new Map() },
    ]);
    expect(world.denied).toBe(1);
    expect(world.networksAsked).toBe(1);
  });

  test('are asked about again after a while where the question was denied, and what is told then counts', async () => {
    const { world, observe } = engine();
    world.networks = async () => 'denied';
    world.list = [on(1, 'lan')];
    await observe();
    world.networks = async () => new Map([[idOf('lan'), MACVLAN]]);
    world.now += 29_000;
    expect(await observe()).toMatchObject([{ barriers: new Map() }]);

    world.now += 1_000;
    expect(await observe()).toMatchObject([{ barriers: new Map([['lan', MACVLAN]]) }]);
    expect(world.networksAsked).toBe(2);
  });

  test('that are called by their names are, too, as one of that name may be made anew', async () => {
    const { world, observe } = engine();
    const Networks = { lan: { NetworkID: 'lan', IPAddress: '10.88.0.2' } };
    world.networks = async () => new Map([['lan', NOTHING]]);
    world.list = [item(1, '', { NetworkSettings: { Networks } })];
    const [before] = await observe();
    world.now += 30_000;
    expect((await observe())[0]).toBe(before);

    world.networks = async () => new Map([['lan', MACVLAN]]);
    world.now += 30_000;
    expect(await observe()).toMatchObject([{ barriers: new Map([['lan', MACVLAN]]) }]);
    expect(world.networksAsked).toBe(3);
  });

  test('are not asked about where no container has an address on one', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1')];

    expect(await observe()).toMatchObject([{ kind: 'known', barriers: new Map() }]);
    expect(world.networksAsked).toBe(0);
  });

  test('that are told by a name which is in no list are taken for bridges', async () => {
    const { world, observe } = engine();
    const Networks = { podman: { NetworkID: 'podman', IPAddress: '10.88.0.2' } };
    world.networks = async () => new Map([['bridge', NOTHING]]);
    world.list = [item(1, '', { NetworkSettings: { Networks } })];

    expect(await observe()).toMatchObject([{ kind: 'known', barriers: new Map() }]);
    await observe();
    expect(world.networksAsked).toBe(1);
  });
});
