import { type DecodeProblem, decode } from '../wire/decode.ts';
import { freshnessOf } from '../wire/hello.ts';
import { HELLO, type Message } from '../wire/message.ts';
import { isSigned } from '../wire/signature.ts';
import type { IsFresh } from './freshness.ts';
import type { MayCome } from './strangers.ts';
import type { Peer, Subscribers } from './subscribers.ts';

/** What becomes of a datagram. */
export type Admission =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'malformed'; readonly problem: DecodeProblem }
  | { readonly kind: 'refused'; readonly reason: Refusal };

/** `too-often`: not even read. `unanswerable`: from port 0. `stranger`: it did not say hello. */
export type Refusal = 'too-often' | 'unanswerable' | 'stranger' | 'unsigned' | 'stale';

/** By what it is judged. */
export interface AdmissionOptions {
  readonly subscribers: Subscribers;
  /** How often anybody else may send. */
  readonly strangers: MayCome;
  /** null: whoever reaches the port may subscribe. */
  readonly secret: string | null;
  readonly isFresh: IsFresh;
}

/** Judges a datagram; nothing is answered, and nothing of it is kept. */
export function admit(options: AdmissionOptions, bytes: Buffer, peer: Peer): Admission {
  const { subscribers, strangers, secret, isFresh } = options;
  if (peer.port === 0) return { kind: 'refused', reason: 'unanswerable' };
  const subscriber = subscribers.find(peer);
  // Who forges a plugin's address does not use up what it may send.
  if (subscriber !== null && secret !== null && !isSigned(bytes, secret)) {
    return { kind: 'refused', reason: 'unsigned' };
  }
  const mayCome = subscriber?.mayReceive() ?? strangers(peer.address);
  if (!mayCome) return { kind: 'refused', reason: 'too-often' };
  const decoded = decode(bytes);
  if (decoded.kind === 'malformed') return decoded;
  const { message } = decoded;
  if (subscriber === null && message.name !== HELLO) return { kind: 'refused', reason: 'stranger' };
  if (secret === null) return decoded;
  if (subscriber === null && !isSigned(bytes, secret)) {
    return { kind: 'refused', reason: 'unsigned' };
  }
  return isNew(message, isFresh) ? decoded : { kind: 'refused', reason: 'stale' };
}

function isNew(message: Message, isFresh: IsFresh): boolean {
  const freshness = freshnessOf(message);
  return freshness !== null && isFresh(freshness);
}
