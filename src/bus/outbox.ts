import { finish, type Opened } from '../wire/encode.ts';
import type { MayTell } from './restraint.ts';
import type { BusSocket } from './socket.ts';
import type { Subscriber, Subscribers } from './subscribers.ts';

/** One event before it is addressed. */
export interface BusEvent {
  readonly name: string;
  readonly datagram: Opened;
}

/** What an outbox works with. */
export interface OutboxOptions {
  readonly subscribers: Subscribers;
  readonly send: BusSocket['send'];
  /** Default: always. */
  readonly mayTell?: MayTell;
  readonly onDropped: (datagrams: number) => void;
  readonly boot: string;
  readonly secret: string | null;
}

/** Events on their way to the subscribers. */
export interface Outbox {
  /** Takes an event; when it is full, the oldest one is dropped, and counted for those who wanted it. */
  put(event: BusEvent): void;
  /** Says something to one subscriber alone, at once; it is not counted. */
  tell(subscriber: Subscriber, datagram: Opened): void;
  /** The datagram as `tell` would send it. */
  render(subscriber: Subscriber, datagram: Opened): string;
  /** Events were lost before they came here: everybody sees a gap, behind what waits already. */
  lose(): void;
  /** Drops what waits. */
  clear(): void;
}

/** A burst of a second; 1.4 MB at most. */
const MAX_EVENTS = 1_024;

/**
 * Sends one event to its subscribers in each turn of the event loop: whatever comes in, a pass never waits
 * longer than for one such round.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { subscribers, send, boot, secret, mayTell = () => true } = options;
  /** null: a loss, which everybody is to see. */
  let waiting: (BusEvent | null)[] = [];
  let turn: NodeJS.Immediate | null = null;
  const render = ({ seq }: Subscriber, datagram: Opened) => finish(datagram, { seq, boot }, secret);
  const step = () => {
    turn = null;
    const [item] = waiting.splice(0, 1);
    if (waiting.length > 0) turn = setImmediate(step);
    if (item === undefined) return;
    const counted = subscribers.count(item === null ? null : item.name);
    if (item === null) return;
    const told = counted.filter(mayTell);
    for (const subscriber of told) send(render(subscriber, item.datagram), subscriber.peer);
    if (told.length < counted.length) options.onDropped(counted.length - told.length);
  };
  const dropOldest = () => {
    const [item] = waiting.splice(0, 1);
    if (item === undefined) return;
    const counted = subscribers.count(item === null ? null : item.name);
    if (item !== null) options.onDropped(counted.length);
  };
  const queue = (item: BusEvent | null) => {
    if (subscribers.size === 0) return;
    if (waiting.length >= MAX_EVENTS) dropOldest();
    waiting.push(item);
    turn ??= setImmediate(step);
  };
  return {
    render,
    put: queue,
    tell: (subscriber, datagram) => send(render(subscriber, datagram), subscriber.peer),
    lose() {
      if (waiting.at(-1) !== null) queue(null);
    },
    clear() {
      if (turn !== null) clearImmediate(turn);
      turn = null;
      waiting = [];
    },
  };
}
