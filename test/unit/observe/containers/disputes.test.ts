import { describe, expect, test } from 'vitest';
import { engine, fullId, inspectionOf, item, type Json } from './engine.ts';

describe('an address that two containers show', () => {
  const shared = [item(1, '10.0.0.1'), item(2, '10.0.0.1')];

  test('belongs to the one whose fresh inspection says that it runs and has it', async () => {
    const { world, observe } = engine();
    world.list = shared;
    world.inspect.set(fullId(1), () => inspectionOf('', false));
    world.inspect.set(fullId(2), () => inspectionOf('10.0.0.1'));
    expect(await observe()).toMatchObject([
      { kind: 'known', staleAddresses: ['10.0.0.1'] },
      { kind: 'known', staleAddresses: [] },
    ]);
  });

  test('is settled although the stale one’s inspection hangs', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1')];
    world.inspect.set(fullId(1), () => inspectionOf('10.0.0.1'));
    await observe();
    world.list = shared;
    world.inspect.set(fullId(1), () => new Promise<never>(() => undefined));
    expect(await observe()).toMatchObject([
      { kind: 'known', staleAddresses: ['10.0.0.1'] },
      { kind: 'known', staleAddresses: [] },
    ]);
  });

  test('is asked of whoever came to show it last, and of nobody else once that one has it', async () => {
    const { world, observe } = engine();
    const answers = { 1: inspectionOf('10.0.0.1'), 2: inspectionOf('10.0.0.2') };
    for (const [n, answer] of Object.entries(answers)) {
      world.inspect.set(fullId(Number(n)), () => answer);
    }
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.2')];
    await observe();
    // The older one starts again and is given the address of the younger one, which has died.
    world.list = [item(1, '10.0.0.2'), item(2, '10.0.0.2')];
    world.inspect.set(fullId(1), () => inspectionOf('10.0.0.2'));
    world.inspect.set(fullId(2), () => new Promise<never>(() => undefined));
    for (let pass = 1; pass <= 2; pass += 1) {
      expect(await observe()).toMatchObject([
        { kind: 'known', staleAddresses: [] },
        { kind: 'known', staleAddresses: ['10.0.0.2'] },
      ]);
    }
    expect(world.inspected.filter((id) => id === fullId(1))).toHaveLength(3);
    expect(world.inspected.filter((id) => id === fullId(2))).toHaveLength(1);
  });

  test('is asked of the next one when the first one’s inspection hangs', async () => {
    const { world, observe } = engine();
    world.inspect.set(fullId(1), () => inspectionOf('10.0.0.1'));
    world.inspect.set(fullId(2), () => inspectionOf('10.0.0.2'));
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.2')];
    await observe();
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.1')];
    world.inspect.set(fullId(2), () => new Promise<never>(() => undefined));
    expect(await observe()).toMatchObject([{ kind: 'unknown' }, { kind: 'unknown' }]);
    expect(await observe()).toMatchObject([
      { kind: 'known', staleAddresses: [] },
      { kind: 'known', staleAddresses: ['10.0.0.1'] },
    ]);
  });

  test('is not the stale one’s although nothing else is known of that', async () => {
    const { world, observe } = engine();
    world.list = shared;
    world.inspect.set(fullId(1), () => new Promise<never>(() => undefined));
    expect(await observe()).toMatchObject([
      { kind: 'unknown', addresses: [{ network: 'bridge', ipv4: null }] },
      { kind: 'known', addresses: [{ network: 'bridge', ipv4: '10.0.0.1' }] },
    ]);
  });

  test('is not the stale one’s although another of its addresses is undecided', async () => {
    const { world, observe } = engine();
    const on = (networks: Json) => ({ NetworkSettings: { Networks: networks } });
    const at = (address: string) => ({ IPAddress: address, GlobalIPv6Address: '' });
    world.list = [
      item(1, '', on({ one: at('10.1.0.1'), two: at('10.2.0.1') })),
      item(2, '', on({ one: at('10.1.0.1') })),
      item(3, '', on({ two: at('10.2.0.1') })),
    ];
    world.inspect.set(fullId(1), () => inspectionOf('', false));
    world.inspect.set(fullId(2), () => ({ ...inspectionOf(''), ...on({ one: at('10.1.0.1') }) }));
    world.inspect.set(fullId(3), () => inspectionOf('', false));
    const [stale] = await observe();
    expect(stale).toMatchObject({
      kind: 'unknown',
      addresses: [
        { network: 'one', ipv4: null },
        { network: 'two', ipv4: '10.2.0.1' },
      ],
    });
  });

  test('leaves both unknown while nobody is confirmed', async () => {
    const { world, observe } = engine();
    world.list = shared;
    world.inspect.set(fullId(1), () => inspectionOf('', false));
    world.inspect.set(fullId(2), () => inspectionOf('', false));
    const undecided = { kind: 'unknown', isDisputed: true };
    expect(await observe()).toMatchObject([undecided, undecided]);
  });

  test('is in doubt as well while nothing else is known of those who show it', async () => {
    const { world, observe } = engine();
    world.list = shared;
    for (const id of [1, 2]) {
      world.inspect.set(fullId(id), () => new Promise<never>(() => undefined));
    }
    const undecided = { kind: 'unknown', isDisputed: true };
    expect(await observe()).toMatchObject([undecided, undecided]);
  });

  test('is not the stale one’s again when the one that had it is gone, until it is confirmed', async () => {
    const { world, observe } = engine();
    world.list = shared;
    world.inspect.set(fullId(1), () => inspectionOf('', false));
    world.inspect.set(fullId(2), () => inspectionOf('10.0.0.1'));
    await observe();
    world.list = [item(1, '10.0.0.1')];
    for (let pass = 1; pass <= 2; pass += 1) {
      expect(await observe()).toMatchObject([{ kind: 'unknown' }]);
    }
    world.inspect.set(fullId(1), () => inspectionOf('10.0.0.1'));
    expect(await observe()).toMatchObject([{ kind: 'known', staleAddresses: [] }]);
    expect(await observe()).toMatchObject([{ kind: 'known', staleAddresses: [] }]);
  });

  test('does not arise across networks', async () => {
    const { world, observe } = engine();
    const other = { Networks: { other: { IPAddress: '10.0.0.1', GlobalIPv6Address: '' } } };
    world.list = [item(1, '10.0.0.1'), item(2, '', { NetworkSettings: other })];
    await observe();
    await observe();
    expect(world.inspected).toHaveLength(2);
  });
});
