import { describe, expect, test } from 'vitest';
import { ObserveError } from '../../../../src/errors.ts';
import { checkedInspection, engine, fullId, item } from './engine.ts';

describe('observing containers', () => {
  test('asks the engine twice in the steady state, and inspects each container once', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.2')];
    world.inspect.set(fullId(2), checkedInspection);
    await observe();
    await observe();
    await observe();
    expect(world.lists).toEqual(['all', 'gated', 'all', 'gated', 'all', 'gated']);
    expect(world.inspected).toHaveLength(2);
  });

  test('asks once while nothing has a HEALTHCHECK, and twice as long as that is not known', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.2')];
    await observe();
    await observe();
    expect(world.lists).toEqual(['all', 'gated', 'all']);

    world.list = [...world.list, item(3, '10.0.0.3')];
    world.inspect.set(fullId(3), () => new Promise<never>(() => undefined));
    await observe();
    await observe();
    expect(world.lists).toEqual(['all', 'gated', 'all', 'all', 'gated', 'all', 'gated']);
  });

  test('asks once where the list itself tells health', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1', { Health: { Status: 'starting' } })];
    expect(await observe()).toMatchObject([{ kind: 'known', health: 'starting' }]);
    expect(world.lists).toEqual(['all']);
  });

  test('takes health from the second list, asked for after the first', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.2')];
    world.inspect.set(fullId(2), checkedInspection);
    world.gated = [item(2, '10.0.0.2', { Status: 'Up (unhealthy)' })];
    expect((await observe()).map((c) => 'health' in c && c.health)).toEqual(['none', 'unhealthy']);
  });

  test('knows an item whatever its uptime, unless that is not text', async () => {
    const { world, observe } = engine();
    const upFor = (uptime: string) => [item(1, '10.0.0.1', { Status: `Up ${uptime}` })];
    world.list = upFor('59 seconds');
    const [first] = await observe();
    world.list = [...upFor('About a minute'), item(2, '10.0.0.2')];
    expect((await observe())[0]).toBe(first);

    world.body = JSON.stringify(upFor('a|b')).replace('|', '\n');
    await expect(observe()).rejects.toThrow(/malformed reply/);
  });

  test('inspects what is new beside the question about health', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1')];
    world.inspect.set(fullId(1), checkedInspection);
    const inspectedMeanwhile: string[] = [];
    world.untilGated = async () => {
      await new Promise(setImmediate);
      inspectedMeanwhile.push(...world.inspected);
    };
    expect(await observe()).toMatchObject([{ kind: 'known' }]);
    await observe();
    expect(inspectedMeanwhile).toEqual([fullId(1), fullId(1)]);
    expect(world.inspected).toEqual([fullId(1)]);
  });

  test('gives the identical object while nothing changed, and a new one when anything did', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.2')];
    world.inspect.set(fullId(2), checkedInspection);
    world.gated = [item(2, '10.0.0.2')];
    const [one, two] = await observe();
    const [oneAgain, twoAgain] = await observe();
    expect(oneAgain).toBe(one);
    expect(twoAgain).toBe(two);
    world.list = [item(1, '10.0.0.9'), item(2, '10.0.0.2', { State: 'paused' })];
    const [moved, paused] = await observe();
    expect(moved).toMatchObject({ addresses: [{ ipv4: '10.0.0.9' }] });
    expect(paused).toMatchObject({ state: 'paused' });
    world.list = [item(1, '10.0.0.9', { Names: ['/renamed'] }), item(2, '10.0.0.2')];
    world.gated = [];
    const [renamed, healthy] = await observe();
    expect(renamed).toMatchObject({ name: 'renamed' });
    expect(healthy).toMatchObject({ state: 'running', health: 'healthy' });
  });

  test.each([
    ['an inspection that fails', () => Promise.reject(new Error('status 500'))],
    ['an inspection that hangs', () => new Promise<never>(() => undefined)],
  ])('calls a container with %s unknown, not absent', async (_what, outcome) => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.2')];
    world.inspect.set(fullId(1), outcome);
    expect(await observe()).toMatchObject([{ kind: 'unknown' }, { kind: 'known' }]);
  });

  test('leaves out a container that the engine does not know any more', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1')];
    world.inspect.set(fullId(1), () => 'gone');
    expect(await observe()).toEqual([]);
  });

  test('keeps an unreadable line apart from the list', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1', { Ports: 'x' }), item(2, '10.0.0.2')];
    expect((await observe()).map(({ kind }) => kind)).toEqual(['unreadable', 'known']);
  });

  test('is not confused by labels that look like a status', async () => {
    const { world, observe } = engine();
    const labels = { Status: 'Up "x', 'y"Status': 'Up \\', '"Status":"Up ': 'Up (' };
    world.list = [item(1, '10.0.0.1', { Labels: labels, Status: 'Up 5 seconds' })];
    const [first] = await observe();
    expect(first).toMatchObject({ labels: new Map(Object.entries(labels)) });
    world.list = [item(1, '10.0.0.2', { Labels: labels, Status: 'Up 6 seconds' })];
    expect(await observe()).toMatchObject([{ addresses: [{ ipv4: '10.0.0.2' }] }]);
  });

  test.each(['', 'null', '{}', '<html>', '[{"Id":"aaaa'])(
    'does not take the reply %j for an empty list, neither at first nor later',
    async (body) => {
      const { world, observe } = engine();
      world.body = body;
      await expect(observe()).rejects.toMatchObject({ code: 'docker-malformed' });
      world.body = null;
      world.list = [item(1, '10.0.0.1')];
      await observe();
      world.body = body;
      await expect(observe()).rejects.toMatchObject({ code: 'docker-malformed' });
      world.body = null;
      expect(await observe()).toHaveLength(1);
    },
  );

  test('does not trust a list with an item that has no id', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1'), {}];
    await expect(observe()).rejects.toBeInstanceOf(ObserveError);
  });
});
