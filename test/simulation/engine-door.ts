import { Readable } from 'node:stream';
import type { DockerClient, DockerSession } from '../../src/clients/docker.ts';
import { callDocker, type DockerRequest } from '../../src/clients/docker-call.ts';
import type { Connectors } from '../../src/wiring.ts';
import type { Random } from '../laws/random.ts';
import {
  createFaults,
  type Faults,
  type Spoil,
  type Strike,
  spoil,
  type Target,
} from './door-faults.ts';
import type { Engine } from './engine.ts';
import type { Process, Time } from './time.ts';
import type { Listed, Watch } from './watch.ts';

/** What stands between an engine and the controllers: connections, delays, and what is lost on the way. */
export interface EngineDoor {
  readonly faults: Faults;
  /** How many processes follow the events. */
  readonly streams: number;
  connectFor(process: Process): Connectors['docker'];
  /** Sends an event to all who follow. */
  emit(action: string): void;
  /** Nothing is answered, nothing is told, nothing is closed. */
  freeze(frozen: boolean): void;
  /** Every connection is closed and none is taken, or all is well again. */
  shut(shut: boolean): void;
  /** Ends the streams; no other can be opened for that long. */
  closeStreams(forMs: number): void;
  /** The process is gone. */
  hangUp(process: Process): void;
}

interface DoorOptions {
  readonly time: Time;
  readonly random: Random;
  readonly watch: Watch;
  readonly engine: () => Engine;
  /** Called at what a crash may fall between: before each request. */
  readonly onStep: (process: Process) => void;
}

interface Stream {
  readonly process: Process;
  readonly readable: Readable;
}

export function createEngineDoor({ time, random, watch, engine, onStep }: DoorOptions): EngineDoor {
  const faults = createFaults(time, random, watch);
  const streams = new Set<Stream>();
  /** Rejects all that is under way. */
  let cut = new Set<(error: Error) => void>();
  let waiting: (() => void)[] = [];
  let streamsFrom = 0;
  let isFrozen = false;
  let isShut = false;

  const whenThawed = (work: () => void) => {
    if (isFrozen) waiting.push(work);
    else work();
  };
  /** One request: there, served at one moment, and back. */
  const ask = <T>(
    process: Process,
    target: Target,
    serve: (strike: Strike | null) => T,
  ): Promise<T | Spoil> =>
    new Promise((resolve, reject) => {
      onStep(process);
      // What a dead process asks for reaches nobody.
      if (!process.alive) return;
      const fail = (error: Error) => {
        cut.delete(fail);
        time.after(0.5, () => reject(error), process);
      };
      const answer = () => {
        if (isShut) return;
        const isClosed = target === 'events' && time.now() < streamsFrom;
        const strike = isClosed ? 'cut' : faults.strike(target);
        if (strike === 'cut') return fail(new Error('socket hang up'));
        if (strike === 'status') {
          return fail(Object.assign(new Error('server error'), { statusCode: 500 }));
        }
        if (strike === 'hang') return undefined;
        const right = serve(strike);
        const served = strike === null || strike === 'slow' ? right : spoil(strike, right);
        const back = strike === 'slow' ? 1_000 + random.int(11_000) : 0.2 + random.int(30) / 10;
        time.after(
          back,
          () => {
            if (cut.delete(fail)) resolve(served);
          },
          process,
        );
        return undefined;
      };
      if (isShut) {
        fail(new Error('connect ECONNREFUSED'));
        return;
      }
      cut.add(fail);
      time.after(0.1 + random.int(20) / 10, () => whenThawed(answer));
    });
  const hangUpAll = () => {
    const failed = cut;
    cut = new Set();
    waiting = [];
    for (const fail of failed) fail(new Error('read ECONNRESET'));
  };
  const cutStreams = () => {
    const open = [...streams];
    streams.clear();
    if (open.length > 0) watch.disturbed('for-a-pass');
    for (const { process, readable } of open) {
      time.after(0.2, () => readable.destroy(), process);
    }
  };
  const tell = (stream: Stream, action: string) => {
    whenThawed(() => {
      const line = `${JSON.stringify({ Type: 'container', Action: action })}\n`;
      for (const delayMs of faults.delaysOfEvent()) {
        const push = () => streams.has(stream) && stream.readable.push(line);
        time.after(delayMs, push, stream.process);
      }
    });
  };
  const sessionOf = (
    process: Process,
    request: (what: string, timeoutMs?: number) => DockerRequest,
    timeoutMs: number,
  ): Omit<DockerSession, 'engine'> => ({
    apiVersion: engine().kind.tellsHealth ? '1.55' : '1.45',
    rootless: false,
    async list(filters) {
      const health = filters?.health ?? null;
      const isFull = health === null;
      let listed: Listed | null = null;
      try {
        const text = await callDocker(
          request('list of containers'),
          () =>
            ask(process, isFull ? 'list' : 'health', (strike) => {
              const isList = strike === null || LEAVES_A_LIST.includes(strike);
              listed = isList ? { at: time.now(), isShrunk: strike === 'shrunk' } : null;
              return engine().list(health);
            }),
          asListText,
        );
        if (isFull || listed === null) watch.listed(process, listed);
        return text;
      } catch (error) {
        watch.listed(process, null);
        throw error;
      }
    },
    inspect: async (id) => {
      const send = () => ask(process, 'inspect', () => engine().inspect(id));
      const reply = await callDocker(
        request('inspection', timeoutMs / 2),
        async () => {
          await whenShown(time, engine(), id, process);
          return send();
        },
        (seen) => (seen === 'gone' ? 'gone' : asRecord(seen)),
      );
      return reply;
    },
    events: (_filters, signal) =>
      callDocker(
        request('event stream'),
        () =>
          ask(process, 'events', () => {
            const readable = new Readable({ read: () => undefined });
            const stream = { process, readable };
            streams.add(stream);
            const close = () => {
              streams.delete(stream);
              readable.destroy();
            };
            readable.on('close', () => {
              streams.delete(stream);
              watch.disturbed('for-a-pass');
            });
            signal.addEventListener('abort', close, { once: true });
            watch.disturbed('for-a-pass');
            return readable;
          }),
        (reply) => (reply instanceof Readable ? reply : null),
      ),
  });
  return {
    faults,
    get streams() {
      return [...streams].filter(({ process }) => process.alive).length;
    },
    connectFor:
      (process) =>
      ({ config, signal, onResult }): DockerClient => {
        const request = (what: string, timeoutMs = config.timeoutMs): DockerRequest => ({
          ...{ what, timeoutMs, signal, onResult },
        });
        const ping = () =>
          callDocker(
            request('ping'),
            () => ask(process, 'ping', () => 'OK'),
            (reply) => (reply === 'OK' ? true : null),
          );
        return {
          ping: async () => void (await ping()),
          async connect() {
            const info = await callDocker(
              request('info'),
              () => ask(process, 'info', () => ({ id: engine().id, name: engine().id })),
              asEngine,
            );
            return { engine: info, ...sessionOf(process, request, config.timeoutMs) };
          },
        };
      },
    emit: (action) => {
      for (const stream of streams) tell(stream, action);
    },
    freeze(frozen) {
      isFrozen = frozen;
      watch.disturbed('until-resync');
      if (frozen) return;
      const thawed = waiting;
      waiting = [];
      for (const work of thawed) work();
    },
    shut(shut) {
      isShut = shut;
      isFrozen = false;
      watch.disturbed('until-resync');
      if (!shut) return;
      hangUpAll();
      cutStreams();
    },
    closeStreams(forMs) {
      streamsFrom = time.now() + forMs;
      cutStreams();
    },
    hangUp(process) {
      for (const stream of streams) if (stream.process === process) streams.delete(stream);
    },
  };
}

/** What a list can suffer and still be one; an item that cannot be read spoils no list. */
const LEAVES_A_LIST: readonly Strike[] = ['slow', 'item', 'shrunk'];

/** An inspection waits for as long as the list lags. */
function whenShown(time: Time, engine: Engine, id: string, process: Process): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const box = engine.boxes.find((one) => one.id === id);
      if (box === undefined || box.lagging === 0) resolve();
      else time.after(20, look, process);
    };
    look();
  });
}

/** What the client looks at before it hands a list on. */
function asListText(reply: unknown): string | null {
  if (typeof reply !== 'string') return null;
  return reply.startsWith('[') && reply.endsWith(']') ? reply : null;
}

function asEngine(reply: unknown): { readonly id: string; readonly name: string } | null {
  const { id, name } = asRecord(reply) ?? {};
  return typeof id === 'string' && typeof name === 'string' ? { id, name } : null;
}

function asRecord(reply: unknown): Record<string, unknown> | null {
  const isRecord = typeof reply === 'object' && reply !== null && !Array.isArray(reply);
  return isRecord ? (reply as Record<string, unknown>) : null;
}
