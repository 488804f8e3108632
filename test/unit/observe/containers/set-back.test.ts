import { describe, expect, test } from 'vitest';
import { engine, fullId, inspectionOf, item, type Json } from './engine.ts';

const healthcheck = (Retries: number) => ({ Healthcheck: { Test: ['CMD', 'true'], Retries } });
const started = (seconds: number) => `2026-01-01T00:00:${String(seconds).padStart(2, '0')}Z`;
const probe = (seconds: number, ExitCode: number) => ({ Start: started(seconds), ExitCode });

interface Said {
  readonly startedAt: number;
  readonly status: string;
  /** What the list shows. Default: the same. */
  readonly listed?: string;
  readonly streak?: number;
  readonly log?: readonly Json[];
  /** Default: as the engine has it where nobody says it. */
  readonly retries?: number;
}

function inspection({ startedAt, status, streak = 0, log = [], retries = 0 }: Said): () => Json {
  return () => ({
    ...inspectionOf('10.0.0.1', true, healthcheck(retries)),
    State: {
      Running: true,
      StartedAt: started(startedAt),
      Health: { Status: status, FailingStreak: streak, Log: log },
    },
  });
}

/** Its health shows otherwise than good, and nobody looked at it before. */
async function seenFirst(said: Said, routed: boolean, now: number) {
  const { world, observe } = engine();
  world.list = [item(1, '10.0.0.1')];
  return showSetBack({ world, observe }, said, routed, now);
}

/** A healthy container, started in the second second, was listed in the tenth; now its health shows otherwise. */
async function setBack(said: Said, routed = true) {
  const { world, observe } = engine();
  const log = [probe(3, 0)];
  world.list = [item(1, '10.0.0.1')];
  world.inspect.set(fullId(1), inspection({ startedAt: 2, status: 'healthy', log }));
  world.now = 10_000;
  await observe();
  return showSetBack({ world, observe }, said, routed, 20_000);
}

function showSetBack(
  { world, observe }: Pick<ReturnType<typeof engine>, 'world' | 'observe'>,
  said: Said,
  routed: boolean,
  now: number,
) {
  if (routed) world.routed.add(fullId(1).slice(0, 12));
  const { listed = said.status } = said;
  const word = listed === 'unhealthy' ? listed : 'health: starting';
  world.gated = [item(1, '10.0.0.1', { Status: `Up 20 seconds (${word})` })];
  world.inspect.set(fullId(1), inspection(said));
  world.now = now;
  return { world, observe };
}

const SET_BACK = { kind: 'known', health: 'healthy' };

describe('health that the list shows as not good', () => {
  test.for([
    [
      'unhealthy, and the last probe of this life succeeded',
      { startedAt: 2, status: 'unhealthy', log: [probe(3, 0)] },
      true,
      { ...SET_BACK, setBackTo: 'unhealthy' },
    ],
    [
      'unhealthy, and the last probe failed',
      { startedAt: 2, status: 'unhealthy', streak: 1, log: [probe(3, 0), probe(15, 1)] },
      true,
      { health: 'unhealthy', setBackTo: null },
    ],
    [
      'unhealthy, and fewer probes failed than make it so',
      { startedAt: 2, status: 'unhealthy', log: [probe(3, 0), probe(8, 1), probe(9, 1)] },
      true,
      { ...SET_BACK, setBackTo: 'unhealthy' },
    ],
    [
      'unhealthy, and as many probes failed as make it so',
      { startedAt: 2, status: 'unhealthy', log: [3, 7, 8, 9].map((at) => probe(at, at - 3)) },
      true,
      { health: 'unhealthy', setBackTo: null },
    ],
    [
      'unhealthy, and the one that makes it so failed',
      { startedAt: 2, status: 'unhealthy', retries: 1, log: [probe(3, 0), probe(8, 1)] },
      true,
      { health: 'unhealthy', setBackTo: null },
    ],
    [
      'unhealthy, and only a probe of an earlier life succeeded',
      { startedAt: 12, status: 'unhealthy', log: [probe(3, 0)] },
      true,
      { health: 'unhealthy', setBackTo: null },
    ],
    [
      'unhealthy, and no probe was made yet',
      { startedAt: 2, status: 'unhealthy' },
      true,
      { health: 'unhealthy', setBackTo: null },
    ],
    [
      'starting, in the life in which it was routed',
      { startedAt: 2, status: 'starting' },
      true,
      { ...SET_BACK, setBackTo: 'starting' },
    ],
    [
      'starting, in a life that began after the last list',
      { startedAt: 12, status: 'starting', log: [probe(3, 0)] },
      true,
      { health: 'starting', setBackTo: null },
    ],
    [
      'starting, in a life that no list before showed, and fewer probes failed than make it so',
      { startedAt: 12, status: 'starting', log: [probe(13, 0), probe(14, 1)] },
      true,
      { ...SET_BACK, setBackTo: 'starting' },
    ],
    [
      'unhealthy in a list that is older than that, and starting in the life in which it was routed',
      { startedAt: 2, status: 'starting', listed: 'unhealthy' },
      true,
      { ...SET_BACK, setBackTo: 'unhealthy' },
    ],
    [
      'unhealthy in a list that is older than that, and starting in another life',
      { startedAt: 12, status: 'starting', listed: 'unhealthy' },
      true,
      { health: 'unhealthy', setBackTo: null },
    ],
    [
      'unhealthy in a list that is older than that, and starting, and it was not routed',
      { startedAt: 2, status: 'starting', listed: 'unhealthy' },
      false,
      { health: 'unhealthy', setBackTo: null },
    ],
    [
      'starting, and a probe failed since in the life in which it was routed',
      { startedAt: 2, status: 'starting', streak: 1, log: [probe(15, 1)] },
      true,
      { health: 'starting', setBackTo: null },
    ],
    [
      'starting, and it was never routed',
      { startedAt: 2, status: 'starting' },
      false,
      { health: 'starting', setBackTo: null },
    ],
  ] as const)('%s', async ([, said, routed, seen]) => {
    const { observe } = await setBack(said, routed);

    expect(await observe()).toMatchObject([seen]);
  });

  /** Of a container that started in the second second; it is probed after 30 s, which may take 30 s. */
  test.for([
    ['all of its probes are forgotten', {}, true, 70, { ...SET_BACK, setBackTo: 'starting' }],
    ['its first probe may be under way', {}, true, 65, { health: 'starting', setBackTo: null }],
    ['it was not routed', {}, false, 70, { health: 'starting', setBackTo: null }],
    ['a probe failed', { log: [probe(33, 1)] }, true, 70, { health: 'starting', setBackTo: null }],
  ] as const)(
    'is told from a start by whoever sees it first: %s',
    async ([, said, routed, at, seen]) => {
      const life = { startedAt: 2, status: 'starting', ...said };
      const { observe } = await seenFirst(life, routed, at * 1_000);

      expect(await observe()).toMatchObject([seen]);
    },
  );

  test('is as the list says while nobody answers, of one that is not routed', async () => {
    const { world, observe } = await setBack({ startedAt: 2, status: 'unhealthy' }, false);
    world.inspect.set(fullId(1), () => new Promise<never>(() => undefined));

    expect(await observe()).toMatchObject([{ kind: 'known', health: 'unhealthy' }]);
  });

  test('has become good since the list was made', async () => {
    const { observe } = await setBack({ startedAt: 2, status: 'healthy', log: [probe(3, 0)] });

    expect(await observe()).toMatchObject([{ kind: 'known', health: 'healthy' }]);
  });

  test('is unknown, with what is claimed kept, until an inspection tells', async () => {
    const { world, observe } = await setBack({ startedAt: 2, status: 'starting' });
    world.inspect.set(fullId(1), () => new Promise<never>(() => undefined));

    expect(await observe()).toMatchObject([
      { kind: 'unknown', health: 'healthy', why: 'whether a probe failed is being asked' },
    ]);
  });

  test('is asked about anew in a while, and a probe that failed meanwhile counts', async () => {
    const { world, observe } = await setBack({
      ...{ startedAt: 2, status: 'unhealthy', log: [probe(3, 0)] },
    });
    await observe();
    const asked = world.inspected.length;
    world.inspect.set(
      fullId(1),
      inspection({ startedAt: 2, status: 'unhealthy', streak: 1, log: [probe(22, 1)] }),
    );
    world.now = 29_000;
    expect(await observe()).toMatchObject([SET_BACK]);
    expect(world.inspected).toHaveLength(asked);

    world.now = 30_000;
    expect(await observe()).toMatchObject([{ health: 'unhealthy' }]);
    await observe();
    expect(world.inspected, 'and then no more').toHaveLength(asked + 1);
  });

  test('is that of another life if it began since, though the list looks the same', async () => {
    const { world, observe } = await setBack({ startedAt: 2, status: 'starting' });
    expect(await observe()).toMatchObject([SET_BACK]);

    world.inspect.set(fullId(1), inspection({ startedAt: 25, status: 'starting' }));
    world.now = 30_000;

    expect(await observe()).toMatchObject([{ health: 'starting', setBackTo: null }]);
  });

  test('that no probe set is told once more after it was good', async () => {
    const { world, observe } = await setBack({
      ...{ startedAt: 2, status: 'unhealthy', log: [probe(3, 0)] },
    });
    await observe();
    world.gated = [];
    expect(await observe()).toMatchObject([{ health: 'healthy', setBackTo: null }]);
  });
});
