import { describe, expect, test } from 'vitest';
import type { ContainerId } from '../../../../src/model/ids.ts';
import { engine, fullId, inspectionOf, item, type Json } from './engine.ts';

const ID = fullId(1) as ContainerId;

/** A container that runs and was seen; its signals come by what the engine's clock says, milliseconds after its start. */
async function running(config: Json = {}) {
  const { world, observe, heed, nextStopEndMs } = engine();
  const live = (startedAt: number) => () => ({
    ...inspectionOf('10.0.0.1', true, config),
    State: { Running: true, StartedAt: new Date(world.startedAt + startedAt).toISOString() },
  });
  world.list = [item(1, '10.0.0.1')];
  world.inspect.set(ID, live(0));
  await observe();
  return {
    ...{ world, observe, nextStopEndMs },
    state: async () => (await observe()).map((one) => 'state' in one && one.state)[0],
    signal: (signal: number, at = world.now) =>
      heed({ kind: 'signalled', id: ID, signal, at: world.startedAt + at }),
    start: (at = world.now) => heed({ kind: 'started', id: ID, at: world.startedAt + at }),
    /** Nothing tells of it but an inspection. */
    restartUnheard: (at: number) => world.inspect.set(ID, live(at)),
  };
}

describe('a container that the list shows as running', () => {
  test.for([
    ['no signal of its own', {}, 15, 'stopping'],
    ['no signal of its own', {}, 9, 'stopping'],
    ['no signal of its own', {}, 1, 'running'],
    ['SIGQUIT', { StopSignal: 'SIGQUIT' }, 3, 'stopping'],
    ['SIGQUIT', { StopSignal: 'SIGQUIT' }, 15, 'running'],
    ['SIGQUIT', { StopSignal: 'SIGQUIT' }, 9, 'stopping'],
    ['one that a label hides', { Labels: { signal: '15' } }, 15, 'running'],
    ['one that a label hides', { Labels: { signal: '9' } }, 9, 'running'],
  ] as const)('with %s as stop signal (%o) is, after signal %d, %s', async ([, config, n, is]) => {
    const { signal, state } = await running(config);
    signal(n);
    expect(await state()).toBe(is);
    expect(await state()).toBe(is);
  });

  test('is stopping for five minutes from the signal, if it lives on', async () => {
    const { world, signal, state, nextStopEndMs } = await running();
    world.now = 60_000;
    signal(15, 0);
    expect(await state()).toBe('stopping');
    expect(nextStopEndMs()).toBe(240_000);
    world.now = 299_999;
    expect(await state()).toBe('stopping');
    world.now = 300_000;
    expect(await state()).toBe('running');
    expect(nextStopEndMs()).toBeNull();
  });

  test('is not stopping by a signal of which one heard too late', async () => {
    const { world, signal, state } = await running();
    world.now = 300_000;
    signal(9, 0);
    expect(await state()).toBe('running');
  });

  test('is not stopping any more in another life, of which an event tells', async () => {
    const { world, signal, start, state } = await running();
    world.now = 100;
    signal(15);
    world.now = 200;
    start();
    expect(await state()).toBe('running');
    world.now = 300;
    signal(15);
    expect(await state()).toBe('stopping');
  });

  test('is not stopping any more in another life, of which only its inspection tells', async () => {
    const { world, signal, restartUnheard, state } = await running();
    world.now = 1_000;
    signal(15);
    expect(await state()).toBe('stopping');
    restartUnheard(2_000);
    world.now = 11_000;
    expect(await state()).toBe('running');
    expect(world.inspected).toHaveLength(2);
  });

  test('is asked about no more than every ten seconds while it is stopping', async () => {
    const { world, signal, state } = await running();
    signal(15);
    for (world.now = 0; world.now < 30_000; world.now += 1_000) {
      expect(await state()).toBe('stopping');
    }
    expect(world.inspected).toHaveLength(3);
  });

  test('is stopping though it was not listed for a moment, and forgotten once it was not for ten seconds', async () => {
    const { world, observe, signal, state, nextStopEndMs } = await running();
    signal(9);
    world.list = [];
    await observe();
    world.list = [item(1, '10.0.0.1')];
    expect(await state()).toBe('stopping');
    world.list = [];
    world.now = 10_000;
    await observe();
    expect(nextStopEndMs()).toBeNull();
  });

  test('is paused, if the list says so, whatever signal it got', async () => {
    const { world, signal, state } = await running();
    signal(15);
    world.list = [item(1, '10.0.0.1', { State: 'paused' })];
    expect(await state()).toBe('paused');
  });
});
