import { describe, expect, test } from 'vitest';
import type { ContainerId } from '../../../../src/model/ids.ts';
import { engine, fullId, inspectionOf, item, type Json } from './engine.ts';

const ID = fullId(1) as ContainerId;
const ROUTED = { kind: 'known', health: 'healthy' };

const second = (at: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, at)).toISOString();

interface Said {
  readonly startedAt?: number;
  readonly status: string;
  readonly streak?: number;
  readonly log?: readonly Json[];
}

function inspection({ startedAt = 2, status, streak = 0, log = [] }: Said): () => Json {
  return () => ({
    ...inspectionOf('10.0.0.1', true, { Healthcheck: { Test: ['CMD', 'true'] } }),
    State: {
      Running: true,
      StartedAt: second(startedAt),
      Health: { Status: status, FailingStreak: streak, Log: log },
    },
  });
}

/** A container that was healthy and routed, and whose engine was restarted, which forgot its probes. */
async function setBackByRestart() {
  const { world, observe, heed } = engine();
  const show = (said: Said) => {
    const word = said.status === 'starting' ? 'health: starting' : said.status;
    world.gated = [item(1, '10.0.0.1', { Status: `Up 20 seconds (${word})` })];
    world.inspect.set(ID, inspection(said));
  };
  world.list = [item(1, '10.0.0.1')];
  world.inspect.set(
    ID,
    inspection({ status: 'healthy', log: [{ Start: second(3), ExitCode: 0 }] }),
  );
  world.now = 10_000;
  await observe();
  world.routed.add(ID.slice(0, 12));
  world.now = 20_000;
  show({ status: 'starting' });
  expect(await observe()).toMatchObject([{ ...ROUTED, setBackTo: 'starting' }]);
  return { world, observe, heed, show };
}

describe('a container whose health was set back by the restart of its engine', () => {
  test.for([
    ['goes on as healthy', {}, { ...ROUTED, setBackTo: 'unhealthy' }],
    [
      'is unhealthy where a probe failed',
      { streak: 1, log: [{ Start: second(21), ExitCode: 1 }] },
      { health: 'unhealthy', setBackTo: null },
    ],
    [
      'is unhealthy where it lives another life',
      { startedAt: 12 },
      { health: 'unhealthy', setBackTo: null },
    ],
  ] as const)('and that is paused then, and unpaused, %s', async ([, said, seen]) => {
    const { world, observe, show } = await setBackByRestart();
    world.routed.clear();
    world.gated = [];
    world.list = [item(1, '10.0.0.1', { State: 'paused' })];
    expect(await observe()).toMatchObject([{ kind: 'known', state: 'paused' }]);

    world.list = [item(1, '10.0.0.1')];
    show({ status: 'unhealthy', ...said });

    expect(await observe()).toMatchObject([seen]);
    world.now = 40_000;
    expect(await observe(), 'asked anew').toMatchObject([seen]);
  });

  test('is stopping once it is told to', async () => {
    const { world, observe, heed } = await setBackByRestart();

    heed({ kind: 'signalled', id: ID, signal: 15, at: world.startedAt + world.now });

    expect(await observe()).toMatchObject([{ kind: 'known', state: 'stopping' }]);
  });
});
