import type { BusSocket } from './socket.ts';
import type { Subscriber, Subscribers } from './subscribers.ts';
import { finish, type Opened } from './wire/encode.ts';

/** One event before it is addressed. */
export interface BusEvent {
  readonly name: string;
  readonly datagram: Opened;
}

/** What an outbox works with. */
export interface OutboxOptions {
  readonly subscribers: Subscribers;
  readonly send: BusSocket['send'];
  readonly onDropped: (datagrams: number) => void;
  readonly boot: string;
  readonly secret: string | null;
}

/** Events on their way to the subscribers. */
export interface Outbox {
  /** Takes an event, or drops it when it is full; costs the caller nothing that grows with the subscribers. */
  put(event: BusEvent): void;
  /** Says something to one subscriber alone, at once; it is not counted. */
  tell(subscriber: Subscriber, datagram: Opened): void;
  /** The datagram as `tell` would send it. */
  render(subscriber: Subscriber, datagram: Opened): string;
  /** Events were lost before they came here: everybody sees a gap. */
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
  const { subscribers, send, boot, secret } = options;
  let waiting: BusEvent[] = [];
  let turn: NodeJS.Immediate | null = null;
  const render = ({ seq }: Subscriber, datagram: Opened) => finish(datagram, { seq, boot }, secret);
  const step = () => {
    turn = null;
    const event = waiting.shift();
    if (waiting.length > 0) turn = setImmediate(step);
    if (event === undefined) return;
    for (const subscriber of subscribers.count(event.name)) {
      send(render(subscriber, event.datagram), subscriber.peer);
    }
  };
  return {
    render,
    put(event) {
      if (subscribers.size === 0) return;
      if (waiting.length >= MAX_EVENTS) {
        options.onDropped(subscribers.count(event.name).length);
        return;
      }
      waiting.push(event);
      turn ??= setImmediate(step);
    },
    tell: (subscriber, datagram) => send(render(subscriber, datagram), subscriber.peer),
    lose: () => void subscribers.count(null),
    clear() {
      if (turn !== null) clearImmediate(turn);
      turn = null;
      waiting = [];
    },
  };
}
