import type { BusResult } from '../model/bus-result.ts';
import { subscriptionOf } from '../wire/hello.ts';
import { BYE, HELLO, type Message } from '../wire/message.ts';
import type { Refusal } from './admission.ts';
import { answer, ownDatagram } from './answer.ts';
import type { DockerFeed } from './docker-feed.ts';
import type { Outbox } from './outbox.ts';
import type { QuietLog } from './quiet-log.ts';
import type { Peer, Subscribers } from './subscribers.ts';

/** What a desk works with. */
export interface DeskOptions {
  readonly version: string;
  readonly subscribers: Subscribers;
  readonly outbox: Outbox;
  readonly feed: DockerFeed;
  readonly quiet: QuietLog;
  readonly onResult: (result: BusResult, datagrams: number) => void;
  readonly onSubscribers: (subscribers: number) => void;
}

/** Where plugins come and go. */
export interface Desk {
  /** @param size bytes of the datagram: no answer is larger */
  receive(message: Message, peer: Peer, size: number): void;
  refuse(reason: Refusal, peer: Peer): void;
  /** Takes away who was silent for too long. */
  sweep(): void;
  /** Tells everybody that the daemon ends. */
  sayGoodbye(): void;
}

/** Refusals that an operator can do something about. */
const WARNINGS: Partial<Record<Refusal, string>> = {
  unsigned: 'Plugin refused: its datagram is not signed with AUTODOCK_BUS_SECRET',
  stale:
    'Plugin refused: kwargs.time is missing or more than a minute off, or kwargs.nonce is missing or was used before',
};

const TOO_MANY =
  'Plugin refused: too many are subscribed; those that say no goodbye stay for AUTODOCK_BUS_TTL';
const GOODBYE = ownDatagram(BYE, {});

/** An empty desk. */
export function createDesk(options: DeskOptions): Desk {
  const { subscribers, outbox, feed, quiet, onResult } = options;
  const left = (peer: Peer, why: 'bye' | 'silent') => {
    options.onSubscribers(subscribers.size);
    quiet.say('info', { ...peer, why, subscribers: subscribers.size }, 'Plugin unsubscribed');
    if (subscribers.size === 0) feed.closeLater();
  };
  const refuse = (reason: Refusal, peer: Peer) => {
    onResult('refused', 1);
    const warning = WARNINGS[reason];
    if (warning !== undefined) quiet.say('warn', peer, warning);
  };
  const greet = (hello: Message, peer: Peer, size: number) => {
    const subscription = subscriptionOf(hello);
    if (subscription === null) return onResult('malformed', 1);
    const result = subscribers.hello(peer, subscription);
    if (result === 'full') {
      onResult('refused', 1);
      quiet.say('warn', { ...peer, subscribers: subscribers.size }, TOO_MANY);
      return;
    }
    if (result === 'renewed') {
      if (feed.isSettled()) answer(options, hello, peer, size);
      return;
    }
    const { size: total } = subscribers;
    options.onSubscribers(total);
    const events = subscription.filter.globs ?? ['*'];
    quiet.say('info', { ...peer, events, subscribers: total }, 'Plugin subscribed');
    feed.open();
    feed.whenSettled(() => answer(options, hello, peer, size));
  };
  return {
    refuse,
    receive(message, peer, size) {
      if (message.name === HELLO) greet(message, peer, size);
      else if (message.name !== BYE) subscribers.renew(peer);
      else if (subscribers.remove(peer)) left(peer, 'bye');
    },
    sweep() {
      for (const { peer } of subscribers.expire()) left(peer, 'silent');
    },
    sayGoodbye() {
      for (const subscriber of subscribers.all()) outbox.tell(subscriber, GOODBYE);
    },
  };
}
