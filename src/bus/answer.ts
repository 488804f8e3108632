import type { Outbox } from './outbox.ts';
import type { Peer, Subscribers } from './subscribers.ts';
import { type Opened, openText } from './wire/encode.ts';
import { freshnessOf } from './wire/hello.ts';
import { HELLO, type JsonObject, type Message, messageOf, OWN_CHANNEL } from './wire/message.ts';

/** What an answer is made of. */
export interface AnswerOptions {
  readonly version: string;
  readonly subscribers: Subscribers;
  readonly outbox: Outbox;
}

/**
 * Answers a hello, if its sender is still subscribed: with the lease, the filter, the number of its
 * subscription, by which it sees that it was forgotten meanwhile, and its own nonce, by which it knows the
 * answer for a new one. An answer that would be larger is not given: a newcomer's address may be
 * forged, and its owner gets nothing that it did not pay for. A plugin of 2015 expects none.
 *
 * @param largest bytes
 */
export function answer(
  { version, subscribers, outbox }: AnswerOptions,
  hello: Message,
  peer: Peer,
  largest: number,
): void {
  const subscriber = subscribers.find(peer);
  if (subscriber === null) return;
  const { leaseMs, filter, subscription } = subscriber;
  const nonce = freshnessOf(hello)?.nonce;
  const told = { version, ttlMs: leaseMs, events: filter.globs ?? ['*'], subscription };
  const datagram = ownDatagram(HELLO, nonce === undefined ? told : { ...told, nonce });
  if (Buffer.byteLength(outbox.render(subscriber, datagram)) > largest) return;
  outbox.tell(subscriber, datagram);
}

/** What autodock says of itself. */
export function ownDatagram(name: string, kwargs: JsonObject): Opened {
  return openText(messageOf(name, [OWN_CHANNEL], kwargs));
}
