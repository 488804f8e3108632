import type { DockerSession } from '../../../../src/clients/docker-session.ts';
import { readListItems } from '../../../../src/clients/list-items.ts';
import { ObserveError } from '../../../../src/errors.ts';
import { createAhead } from '../../../../src/observe/containers/ahead.ts';
import { createContainerObserver } from '../../../../src/observe/containers/containers.ts';
import { narrowInspection } from '../../../../src/observe/containers/inspection.ts';
import { createInspections } from '../../../../src/observe/containers/inspections.ts';
import {
  createNetworks,
  type NetworkBarriers,
} from '../../../../src/observe/containers/networks.ts';
import { createStops } from '../../../../src/observe/containers/stops.ts';

/** A reply as it comes from an engine. */
export type Json = Record<string, unknown>;

/** The id of a container, by number. */
export const fullId = (n: number) => String(n).padStart(64, '0');

/** A running container's item in the list. */
export function item(n: number, address: string, rest: Json = {}): Json {
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

/** A reply to an inspection. */
export function inspectionOf(address: string, Running = true, config: Json = {}): Json {
  return {
    Config: { Env: ['VIRTUALHOST=a.example'], ...config },
    State: { Running },
    NetworkSettings: { Networks: { bridge: { IPAddress: address } } },
  };
}

/** The same of a container with a HEALTHCHECK. */
export function checkedInspection(): Json {
  return inspectionOf('10.0.0.1', true, { Healthcheck: { Test: ['CMD', 'true'] } });
}

/** An engine whose list and inspections the test sets. */
export function engine() {
  const world = {
    list: [] as unknown[],
    /** The version of Docker's API that is spoken; null: it is another engine. */
    dockerApi: '1.45' as string | null,
    gated: [] as unknown[],
    /** Those of `gated` that are unhealthy, where the engine is asked for these alone. */
    unhealthy: [] as unknown[],
    inspect: new Map<string, () => Json | 'gone' | Promise<never>>(),
    lists: [] as string[],
    /** What the answer about health waits for. */
    untilGated: async () => undefined as unknown,
    /** In place of the list. */
    body: null as string | null,
    inspected: [] as string[],
    /** What `GET /networks` says, and how often it was asked. */
    networks: async (): Promise<NetworkBarriers | 'denied'> => new Map(),
    networksAsked: 0,
    denied: 0,
    late: 0,
    now: 0,
    /** The engine's clock when ours was 0. */
    startedAt: Date.parse('2026-01-01T00:00:00Z'),
    /** Short ids in which backends are claimed. */
    routed: new Set<string>(),
  };
  const session: Pick<DockerSession, 'list' | 'timeAt'> = {
    timeAt: (monotonicMs) => world.startedAt + monotonicMs,
    list: async (onItem, filters) => {
      world.lists.push(filters === undefined ? 'all' : 'gated');
      if (filters !== undefined) await world.untilGated();
      const gated = filters?.health?.length === 1 ? world.unhealthy : world.gated;
      const items = filters === undefined ? world.list : gated;
      await readListItems([Buffer.from(world.body ?? JSON.stringify(items))], onItem);
    },
  };
  const inspections = createInspections({
    inspect: async (id) => {
      world.inspected.push(id);
      const reply = await (world.inspect.get(id)?.() ?? inspectionOf('10.0.0.1'));
      const read = reply === 'gone' ? reply : narrowInspection(reply, world.dockerApi);
      if (read === null) throw new ObserveError('docker-malformed', 'malformed reply');
      return read;
    },
    now: () => world.now,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    onLate: () => undefined,
    longestRetryMs: 30_000,
  });
  const networks = createNetworks({
    read: () => {
      world.networksAsked += 1;
      return world.networks();
    },
    now: () => world.now,
    onLate: () => {
      world.late += 1;
    },
    onDenied: () => {
      world.denied += 1;
    },
    longestRetryMs: 30_000,
  });
  const stops = createStops({
    state: inspections.state,
    confirm: inspections.confirm,
    stoppingMs: 300_000,
    now: () => world.now,
    engineNow: () => world.startedAt + world.now,
  });
  const observer = createContainerObserver(inspections, networks, stops);
  return {
    world,
    heed: createAhead(inspections, stops, { started: () => undefined }).heed,
    nextStopEndMs: stops.nextEndMs,
    observe: () =>
      observer.observe(session as DockerSession, {
        patienceMs: 1,
        isRouted: (id) => world.routed.has(id),
        now: () => world.now,
      }),
  };
}
