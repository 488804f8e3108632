import type { Logger } from 'pino';
import type { BusConfig } from '../config/config.ts';
import type { BusResult } from '../model/bus-result.ts';
import type { EndedPass } from '../reconcile.ts';
import type { EventFeedOptions, startFeed } from '../trigger/feed.ts';
import { type AdmissionOptions, admit } from './admission.ts';
import { createDesk, type Desk } from './desk.ts';
import { createDockerFeed } from './docker-feed.ts';
import { createFreshness } from './freshness.ts';
import { harmless } from './harmless.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { passEvents } from './pass-events.ts';
import { createQuietLog } from './quiet-log.ts';
import { createRestraint } from './restraint.ts';
import { openSocket } from './socket.ts';
import { createStrangers } from './strangers.ts';
import { createSubscribers, type Peer, type Subscribers } from './subscribers.ts';

/** What the bus works with, and whom it tells. */
export interface BusOptions {
  readonly config: Pick<BusConfig, 'host' | 'port' | 'ttlMs' | 'secret'>;
  readonly version: string;
  /** Random for each run. */
  readonly boot: string;
  /** Opens the engine's events, all of them; null: they are switched off. */
  readonly openEvents: EventFeedOptions['open'] | null;
  readonly startFeed: typeof startFeed;
  readonly onResult: (result: BusResult, datagrams: number) => void;
  readonly onSubscribers: (subscribers: number) => void;
  readonly log: Logger;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** 0 to 1. */
  readonly random: () => number;
}

/** The plugin bus. It tells what happens; nothing that comes from it reaches a pass. */
export interface Bus {
  readonly port: number;
  /** How many plugins are subscribed. */
  readonly subscribers: number;
  /** Tells what a pass did. */
  passEnded(ended: EndedPass): void;
  /** Says goodbye and closes. */
  close(): Promise<void>;
}

const MAX_SUBSCRIBERS = 64;
const SWEEP_MS = 1_000;

/** @throws ConfigError if the address cannot be listened on */
export async function openBus(options: BusOptions): Promise<Bus> {
  const { config, now, log, boot, onResult } = options;
  const { secret } = config;
  const subscribers = createSubscribers({ max: MAX_SUBSCRIBERS, ttlMs: config.ttlMs, now });
  const quiet = createQuietLog(log, now);
  const strangers = createStrangers(now);
  const isFresh = createFreshness(options.wallClock);
  const socket = await openSocket({
    ...{ host: config.host, port: config.port },
    onSent: (result) => onResult(result, 1),
    onError: (error) => quiet.say('warn', { err: error }, 'Plugin bus failed'),
  });
  const onDropped = (datagrams: number) => onResult('dropped', datagrams);
  const mayTell = createRestraint({ isBackedUp: socket.isBackedUp, now });
  const { send } = socket;
  const outbox = createOutbox({ subscribers, send, mayTell, onDropped, boot, secret });
  const feed = createDockerFeed({ ...options, onEvent: outbox.put, onLoss: outbox.lose });
  const desk = createDesk({ ...options, subscribers, outbox, feed, quiet });
  const admission = { subscribers, secret, strangers, isFresh };
  const deaf = socket.listen(harmless(quiet, receiver(admission, desk, onResult)));
  const sweep = setInterval(harmless(quiet, desk.sweep), SWEEP_MS).unref();
  log.info({ port: socket.port, signed: secret !== null }, 'Plugin bus listens');
  return {
    port: socket.port,
    get subscribers() {
      return subscribers.size;
    },
    passEnded: harmless(quiet, teller(subscribers, outbox)),
    async close() {
      deaf();
      clearInterval(sweep);
      feed.close();
      outbox.clear();
      desk.sayGoodbye();
      await socket.close();
    },
  };
}

function teller(subscribers: Subscribers, outbox: Outbox): Bus['passEnded'] {
  return (ended) => {
    if (subscribers.size === 0) return;
    const { events, more } = passEvents(ended);
    for (const event of events) outbox.put(event);
    if (more) outbox.lose();
  };
}

function receiver(
  admission: AdmissionOptions,
  desk: Desk,
  onResult: BusOptions['onResult'],
): (bytes: Buffer, peer: Peer) => void {
  return (bytes, peer) => {
    const admitted = admit(admission, bytes, peer);
    switch (admitted.kind) {
      case 'message':
        desk.receive(admitted.message, peer, bytes.length);
        return;
      case 'refused':
        desk.refuse(admitted.reason, peer);
        return;
      case 'malformed':
        onResult('malformed', 1);
    }
  };
}
