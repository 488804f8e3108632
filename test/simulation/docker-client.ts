import { Readable } from 'node:stream';
import { createAbandonable } from '../../src/clients/abandonable.ts';
import type { DockerClient } from '../../src/clients/docker.ts';
import type { Filters, Span } from '../../src/clients/docker-body.ts';
import { callDocker, type DockerRequest } from '../../src/clients/docker-call.ts';
import type { Narrow } from '../../src/clients/docker-session.ts';
import { presenceBy } from '../../src/clients/knock.ts';
import { type OnItem, readListItems } from '../../src/clients/list-items.ts';
import { monotonic } from '../../src/clock.ts';
import type { Connectors } from '../../src/pass/clients.ts';
import type { Strike, Target } from './door-faults.ts';
import type { Engine } from './engine.ts';
import type { EngineEvent } from './engine-door.ts';
import type { Requests } from './requests.ts';
import type { Streams } from './streams.ts';
import { EPOCH_MS, type Process, type Time } from './time.ts';
import type { Listed, Watch } from './watch.ts';

/** What a client of a simulated engine talks to. */
export interface DockerPeer {
  readonly time: Time;
  readonly watch: Watch;
  readonly engine: Engine;
  readonly requests: Requests;
  readonly streams: Streams;
  /** The last events, the oldest first. */
  readonly last: readonly EngineEvent[];
}

/** What a list can suffer and still be one; an item that cannot be read spoils no list. */
const LEAVES_A_LIST: readonly (Strike | null)[] = [null, 'slow', 'item', 'shrunk'];
/** How often an inspection looks whether the list has come right. */
const LAG_POLL_MS = 20;

type MakeRequest = (what: string, timeoutMs?: number) => DockerRequest;

/** The client of one process: the real deadlines, the real checks of what comes, and the real word for what does not. */
export function connectSimulatedDocker(peer: DockerPeer, process: Process): Connectors['docker'] {
  return ({ config, signal, onResult }): DockerClient => {
    const requests = createAbandonable(signal);
    const request: MakeRequest = (what, timeoutMs = config.timeoutMs) => ({
      ...{ what, timeoutMs, signal: requests.signal, onResult },
    });
    const ask = (target: Target, serve: () => unknown) => () =>
      peer.requests.ask({ process, target }, serve);
    const ping = async (asked: DockerRequest) => {
      await callDocker(
        asked,
        ask('ping', () => 'OK'),
        asPong,
      );
    };
    const { id, name } = peer.engine;
    return {
      ping: () => ping(request('ping')),
      async knock(withinMs) {
        const asked = { ...request('ping', withinMs), onResult: () => undefined };
        const presence = await presenceBy(() => ping(asked));
        peer.watch.knocked(process, presence);
        return presence;
      },
      isManager: async () => false,
      abandon: requests.abandon,
      async connect() {
        const engine = await callDocker(
          request('info'),
          ask('info', () => ({ id, name })),
          asEngine,
        );
        const inspectMs = config.timeoutMs / 2;
        return {
          engine,
          membership: { kind: 'none' },
          apiVersion: peer.engine.kind.apiVersion,
          probesAsDocker: true,
          hasPromptList: peer.engine.kind.hasPromptList,
          keepsContainers: false,
          rootless: false,
          timeAt: (monotonicMs) => EPOCH_MS + peer.time.now() + monotonicMs - monotonic(),
          list: (onItem, filters) =>
            list(peer, process, request, { onItem, health: filters?.health ?? null }),
          inspect: (boxId, narrow) =>
            inspect(peer, process, request('inspection', inspectMs), { id: boxId, narrow }),
          // No simulated container tells the id of its network.
          networks: () => Promise.reject(new Error('the simulated engine was not asked for this')),
          managed: async () => 'refused',
          lastEvents: (filters, span) =>
            callDocker(
              request('last events'),
              ask('last-events', () => within(peer.last, filters, span)),
              (reply) => (Array.isArray(reply) ? reply : null),
            ),
          async events(_filters, ended) {
            const stream = await callDocker(
              request('event stream'),
              ask('events', () => peer.streams.open(process, ended)),
              (reply) => (reply instanceof Readable ? reply : null),
            );
            peer.streams.hear(stream);
            return stream;
          },
        };
      },
    };
  };
}

function within(
  events: readonly EngineEvent[],
  filters: Filters,
  { sinceMs, untilMs }: Span,
): readonly EngineEvent[] {
  return events.filter(({ Action, timeNano }) => {
    const at = timeNano / 1e6;
    return filters.event?.includes(Action) === true && at >= sinceMs && at <= untilMs;
  });
}

async function list(
  { time, watch, engine, requests }: DockerPeer,
  process: Process,
  request: MakeRequest,
  { onItem, health }: { readonly onItem: OnItem; readonly health: readonly string[] | null },
): Promise<void> {
  const isFull = health === null;
  let listed: Listed | null = null;
  const serve = (strike: Strike | null) => {
    const isList = LEAVES_A_LIST.includes(strike);
    listed = isList ? { at: time.now(), isShrunk: strike === 'shrunk' } : null;
    return engine.list(health);
  };
  try {
    const target = isFull ? 'list' : 'health';
    const send = async () => {
      const reply = await requests.ask({ process, target }, serve);
      await readListItems([Buffer.from(typeof reply === 'string' ? reply : '')], onItem);
    };
    await callDocker(request('list of containers'), send, () => undefined);
    if (isFull || listed === null) watch.listed(process, listed);
  } catch (error) {
    watch.listed(process, null);
    throw error;
  }
}

/** An inspection is never wrong, but waits for as long as the list lags. */
async function inspect<T>(
  { time, engine, requests }: DockerPeer,
  process: Process,
  request: DockerRequest,
  { id, narrow }: { readonly id: string; readonly narrow: Narrow<T> },
): Promise<T | 'gone'> {
  const whenShown = () =>
    new Promise<void>((resolve) => {
      const look = () => {
        const box = engine.boxes.find((one) => one.id === id);
        if (box === undefined || box.lagging === 0) resolve();
        else time.after(LAG_POLL_MS, look, process);
      };
      look();
    });
  const send = async () => {
    await whenShown();
    return requests.ask({ process, target: 'inspect' }, () => engine.inspect(id));
  };
  return callDocker<T | 'gone'>(request, send, (reply) => {
    if (reply === 'gone') return reply;
    const members = asRecord(reply);
    return members === null ? null : narrow(members);
  });
}

function asPong(reply: unknown): true | null {
  return reply === 'OK' ? true : null;
}

function asEngine(reply: unknown): { readonly id: string; readonly name: string } | null {
  const { id, name } = asRecord(reply) ?? {};
  return typeof id === 'string' && typeof name === 'string' ? { id, name } : null;
}

function asRecord(reply: unknown): Record<string, unknown> | null {
  const isRecord = typeof reply === 'object' && reply !== null && !Array.isArray(reply);
  return isRecord ? (reply as Record<string, unknown>) : null;
}
