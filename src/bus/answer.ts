import { MAX_SENT_BYTES, type Opened, openText } from '../wire/encode.ts';
import { freshnessOf } from '../wire/hello.ts';
import { HELLO, type JsonObject, type Message, makeMessage, OWN_CHANNEL } from '../wire/message.ts';
import type { Outbox } from './outbox.ts';
import type { Peer, Subscribers } from './subscribers.ts';

/** What an answer is made of. */
export interface AnswerOptions {
  readonly version: string;
  readonly subscribers: Subscribers;
  readonly outbox: Outbox;
}

/**
 * Answers a hello, if its sender is still subscribed: with the lease, the filter, the number of its
 * subscription, by which it sees that it was forgotten meanwhile, and its own nonce, by which it knows the
 * answer for a new one. `events` is left out where the answer would be too large with it; one that is too
 * large without is not given: the address may be forged, and its owner gets nothing that was not paid for. A
 * plugin of 2015 expects none.
 *
 * @param largest bytes of the hello
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
  const told = { version, ttlMs: leaseMs, subscription, ...(nonce === undefined ? {} : { nonce }) };
  const whole = { ...told, events: filter.globs ?? ['*'] };
  const limit = Math.min(largest, MAX_SENT_BYTES);
  const fits = (datagram: Opened) =>
    Buffer.byteLength(outbox.render(subscriber, datagram)) <= limit;
  const datagram = [whole, told].map((kwargs) => ownDatagram(HELLO, kwargs)).find(fits);
  if (datagram !== undefined) outbox.tell(subscriber, datagram);
}

/** What autodock says of itself. */
export function ownDatagram(name: string, kwargs: JsonObject): Opened {
  return openText(makeMessage(name, [OWN_CHANNEL], kwargs));
}
