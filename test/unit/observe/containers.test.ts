import { describe, expect, it } from 'vitest';
import type { DockerSession } from '../../../src/clients/docker.ts';
import { readListItems } from '../../../src/clients/list-items.ts';
import { ObserveError } from '../../../src/errors.ts';
import { createContainerObserver } from '../../../src/observe/containers.ts';
import { narrowInspection } from '../../../src/observe/inspection.ts';
import { createInspections } from '../../../src/observe/inspections.ts';

type Json = Record<string, unknown>;

const fullId = (n: number) => String(n).padStart(64, '0');

function item(n: number, address: string, rest: Json = {}): Json {
  return {
    Id: fullId(n),
    Names: [`/c${n}`],
    State: 'running',
    Created: n,
    Labels: {},
    Ports: [],
    HostConfig: { NetworkMode: 'bridge' },
    NetworkSettings: { Networks: { bridge: { IPAddress: address, GlobalIPv6Address: '' } } },
    ...rest,
  };
}

function inspectionOf(address: string, Running = true): Json {
  return {
    Config: { Env: ['VIRTUALHOST=a.example'] },
    State: { Running },
    NetworkSettings: { Networks: { bridge: { IPAddress: address } } },
  };
}

/** An engine whose list and inspections the test sets. */
function engine() {
  const world = {
    list: [] as unknown[],
    gated: [] as unknown[],
    inspect: new Map<string, () => Json | 'gone' | Promise<never>>(),
    lists: [] as string[],
    /** What the answer about health waits for. */
    untilGated: async () => undefined as unknown,
    /** In place of the list. */
    body: null as string | null,
    inspected: [] as string[],
  };
  const session: Pick<DockerSession, 'list'> = {
    list: async (onItem, filters) => {
      world.lists.push(filters === undefined ? 'all' : 'gated');
      if (filters !== undefined) await world.untilGated();
      const items = filters === undefined ? world.list : world.gated;
      await readListItems([Buffer.from(world.body ?? JSON.stringify(items))], onItem);
    },
  };
  const inspections = createInspections({
    inspect: async (id) => {
      world.inspected.push(id);
      const reply = await (world.inspect.get(id)?.() ?? inspectionOf('10.0.0.1'));
      const read = reply === 'gone' ? reply : narrowInspection(reply);
      if (read === null) throw new ObserveError('docker-malformed', 'malformed reply');
      return read;
    },
    now: () => 0,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    onLate: () => undefined,
    longestRetryMs: 30_000,
  });
  const observer = createContainerObserver(inspections);
  return { world, observe: () => observer.observe(session as DockerSession, 1) };
}

describe('observing containers', () => {
  it('asks the engine twice in the steady state, and inspects each container once', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.2')];
    await observe();
    await observe();
    await observe();
    expect(world.lists).toEqual(['all', 'gated', 'all', 'gated', 'all', 'gated']);
    expect(world.inspected).toHaveLength(2);
  });

  it('asks once where the list itself tells health', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1', { Health: { Status: 'starting' } })];
    expect(await observe()).toMatchObject([{ kind: 'known', health: 'starting' }]);
    expect(world.lists).toEqual(['all']);
  });

  it('takes health from the second list, asked for after the first', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.2')];
    world.gated = [item(2, '10.0.0.2', { Status: 'Up (unhealthy)' })];
    expect((await observe()).map((c) => 'health' in c && c.health)).toEqual(['none', 'unhealthy']);
  });

  it('knows an item whatever its uptime, unless that is no text', async () => {
    const { world, observe } = engine();
    const upFor = (uptime: string) => [item(1, '10.0.0.1', { Status: `Up ${uptime}` })];
    world.list = upFor('59 seconds');
    const [first] = await observe();
    world.list = [...upFor('About a minute'), item(2, '10.0.0.2')];
    expect((await observe())[0]).toBe(first);

    world.body = JSON.stringify(upFor('a|b')).replace('|', '\n');
    await expect(observe()).rejects.toThrow(/malformed reply/);
  });

  it('inspects what is new beside the question about health', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1')];
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

  it('gives the identical object while nothing changed, and a new one when anything did', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.2')];
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
    expect(healthy).toMatchObject({ state: 'running', health: 'none' });
  });

  it.each([
    ['an inspection that fails', () => Promise.reject(new Error('status 500'))],
    ['an inspection that hangs', () => new Promise<never>(() => undefined)],
  ])('calls a container with %s unknown, not absent', async (_what, outcome) => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1'), item(2, '10.0.0.2')];
    world.inspect.set(fullId(1), outcome);
    expect(await observe()).toMatchObject([{ kind: 'unknown' }, { kind: 'known' }]);
  });

  it('leaves out a container that the engine does not know any more', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1')];
    world.inspect.set(fullId(1), () => 'gone');
    expect(await observe()).toEqual([]);
  });

  it('keeps an unreadable line apart from the list', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1', { Ports: 'x' }), item(2, '10.0.0.2')];
    expect((await observe()).map(({ kind }) => kind)).toEqual(['unreadable', 'known']);
  });

  it('is not confused by labels that look like a status', async () => {
    const { world, observe } = engine();
    const labels = { Status: 'Up "x', 'y"Status': 'Up \\', '"Status":"Up ': 'Up (' };
    world.list = [item(1, '10.0.0.1', { Labels: labels, Status: 'Up 5 seconds' })];
    const [first] = await observe();
    expect(first).toMatchObject({ labels: new Map(Object.entries(labels)) });
    world.list = [item(1, '10.0.0.2', { Labels: labels, Status: 'Up 6 seconds' })];
    expect(await observe()).toMatchObject([{ addresses: [{ ipv4: '10.0.0.2' }] }]);
  });

  it.each(['', 'null', '{}', '<html>', '[{"Id":"aaaa'])(
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

  it('does not trust a list with an item that has no id', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '10.0.0.1'), {}];
    await expect(observe()).rejects.toBeInstanceOf(ObserveError);
  });
});

describe('an address that two containers show', () => {
  const shared = [item(1, '10.0.0.1'), item(2, '10.0.0.1')];

  it('belongs to the one whose fresh inspection says that it runs and has it', async () => {
    const { world, observe } = engine();
    world.list = shared;
    world.inspect.set(fullId(1), () => inspectionOf('', false));
    world.inspect.set(fullId(2), () => inspectionOf('10.0.0.1'));
    expect(await observe()).toMatchObject([
      { kind: 'known', staleAddresses: ['10.0.0.1'] },
      { kind: 'known', staleAddresses: [] },
    ]);
  });

  it('is settled although the stale one’s inspection hangs', async () => {
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

  it('is asked of whoever came to show it last, and of nobody else once that one has it', async () => {
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

  it('is asked of the next one when the first one’s inspection hangs', async () => {
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

  it('is not the stale one’s although nothing else is known of that', async () => {
    const { world, observe } = engine();
    world.list = shared;
    world.inspect.set(fullId(1), () => new Promise<never>(() => undefined));
    expect(await observe()).toMatchObject([
      { kind: 'unknown', addresses: [{ network: 'bridge', ipv4: null }] },
      { kind: 'known', addresses: [{ network: 'bridge', ipv4: '10.0.0.1' }] },
    ]);
  });

  it('is not the stale one’s although another of its addresses is undecided', async () => {
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

  it('leaves both unknown while nobody is confirmed', async () => {
    const { world, observe } = engine();
    world.list = shared;
    world.inspect.set(fullId(1), () => inspectionOf('', false));
    world.inspect.set(fullId(2), () => inspectionOf('', false));
    expect(await observe()).toMatchObject([{ kind: 'unknown' }, { kind: 'unknown' }]);
  });

  it('is not the stale one’s again when the one that had it is gone, until it is confirmed', async () => {
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

  it('is no dispute across networks', async () => {
    const { world, observe } = engine();
    const other = { Networks: { other: { IPAddress: '10.0.0.1', GlobalIPv6Address: '' } } };
    world.list = [item(1, '10.0.0.1'), item(2, '', { NetworkSettings: other })];
    await observe();
    await observe();
    expect(world.inspected).toHaveLength(2);
  });
});
