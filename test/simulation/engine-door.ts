import type { Connectors } from '../../src/pass/clients.ts';
import type { Random } from '../laws/random.ts';
import type { Emit } from './deeds.ts';
import { connectSimulatedDocker } from './docker-client.ts';
import { createFaults, type Faults } from './door-faults.ts';
import type { Engine } from './engine.ts';
import { createRequests } from './requests.ts';
import { createStreams } from './streams.ts';
import { EPOCH_MS, type Process, type Time } from './time.ts';
import type { Watch } from './watch.ts';

/** What stands between an engine and the controllers: connections, delays, and what is lost on the way. */
export interface EngineDoor {
  readonly faults: Faults;
  /** How many processes follow the events. */
  readonly streams: number;
  connectFor(process: Process): Connectors['docker'];
  /** Sends an event to all who follow. */
  readonly emit: Emit;
  /** Nothing is answered, nothing is told, nothing is closed. */
  freeze(frozen: boolean): void;
  /** Every connection is closed and none is taken, or all is well again. */
  shut(shut: boolean): void;
  /** Another daemon has come, and is silent as long as it restores its containers: until it is no longer frozen. */
  comeSilently(): void;
  /** What is silent like that; null: nothing. */
  readonly newcomer: Newcomer | null;
  /** Ends the streams; no other can be opened for that long. */
  closeStreams(forMs: number): void;
  /** The process is gone. */
  hangUp(process: Process): void;
}

/** A daemon that has come and does not answer yet. */
export interface Newcomer {
  readonly since: number;
  /** Who followed the events of the one before, and so knows that it is gone. */
  readonly leftBehind: readonly Process[];
}

/** An event as the engine tells it. */
export interface EngineEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: {
    readonly ID: string;
    readonly Attributes: Readonly<Record<string, string>>;
  };
  /** Since 1970. */
  readonly timeNano: number;
}

/** So many of its last events an engine knows, as long as it runs. */
const REMEMBERED = 256;

interface DoorOptions {
  readonly time: Time;
  readonly random: Random;
  readonly watch: Watch;
  readonly engine: () => Engine;
  /** Called at what a crash may fall between: before each request. */
  readonly onStep: (process: Process) => void;
}

export function createEngineDoor({ time, random, watch, engine, onStep }: DoorOptions): EngineDoor {
  const faults = createFaults(time, random, watch);
  const streams = createStreams(time, watch);
  let streamsFrom = 0;
  let leftBehind: readonly Process[] = [];
  let newcomer: Newcomer | null = null;
  const last: EngineEvent[] = [];
  const requests = createRequests({
    ...{ time, random, onStep },
    strike: (target) => {
      const isClosed = target === 'events' && time.now() < streamsFrom;
      return isClosed ? 'cut' : faults.strike(target);
    },
  });
  return {
    faults,
    get streams() {
      return streams.followers.length;
    },
    connectFor: (process) =>
      connectSimulatedDocker({ time, watch, requests, streams, last, engine: engine() }, process),
    emit(action, id, attributes = {}) {
      const event: EngineEvent = {
        ...{ Type: 'container', Action: action, Actor: { ID: id, Attributes: attributes } },
        timeNano: (EPOCH_MS + time.now()) * 1e6,
      };
      last.push(event);
      last.splice(0, last.length - REMEMBERED);
      const line = `${JSON.stringify(event)}\n`;
      requests.whenThawed(() => streams.send(line, faults.delaysOfEvent));
    },
    get newcomer() {
      return newcomer;
    },
    freeze(frozen) {
      // Who comes is heard of by the streams that are opened.
      watch.disturbed(newcomer !== null && !frozen ? 'for-a-pass' : 'until-resync');
      if (!frozen) newcomer = null;
      requests.freeze(frozen);
    },
    shut(shut) {
      newcomer = null;
      requests.shut(shut);
      watch.disturbed('for-a-pass');
      if (!shut) return;
      last.length = 0;
      leftBehind = streams.followers;
      streams.cut();
    },
    comeSilently() {
      requests.shut(false);
      requests.freeze(true);
      watch.disturbed('for-a-pass');
      newcomer = { since: time.now(), leftBehind };
    },
    closeStreams(forMs) {
      streamsFrom = time.now() + forMs;
      streams.cut();
    },
    hangUp: streams.hangUp,
  };
}
