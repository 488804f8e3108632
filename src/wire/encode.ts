import type { Message, Stamp } from './message.ts';
import { sign } from './signature.ts';

/** Datagrams that are larger may be cut up on their way, and then be lost as a whole. */
export const MAX_SENT_BYTES = 1_400;

/**
 * A message as JSON without its closing brace and without its stamp: what is the same for every subscriber.
 * `finish` makes a datagram of it.
 */
export type Opened = string & { readonly opened: unique symbol };

/** The part of a datagram that is computed once. */
export function openText(message: Message): Opened {
  const { name, args, kwargs, success, failure, channels, notify } = message;
  const text = JSON.stringify({ name, args, kwargs, success, failure, channels, notify });
  return text.slice(0, -1) as Opened;
}

/**
 * The datagram of one subscriber.
 *
 * @param secret null: not signed
 */
export function finish(opened: Opened, stamp: Stamp | null, secret: string | null): string {
  const stamped =
    stamp === null
      ? `${opened}}`
      : `${opened},"seq":${stamp.seq},"boot":${JSON.stringify(stamp.boot)}}`;
  return secret === null ? stamped : sign(stamped, secret);
}

/**
 * A whole datagram.
 *
 * @param secret null: not signed
 */
export function encode(message: Message, secret: string | null): string {
  return finish(openText(message), message.stamp, secret);
}
