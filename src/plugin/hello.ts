import { randomBytes } from 'node:crypto';
import { encode } from '../wire/encode.ts';
import { type Freshness, helloOf, RENEWED_TTL_MS } from '../wire/hello.ts';
import { BYE, makeMessage } from '../wire/message.ts';

/** Who says it. */
export interface Speaker {
  /** Patterns of event names; null: all. */
  readonly events: readonly string[] | null;
  /** null: not signed. */
  readonly secret: string | null;
}

const NONCE_BYTES = 12;

/** The datagram that begins or renews a subscription, and what its answer will name; each can be said once. */
export function helloDatagram({ events, secret }: Speaker): {
  readonly text: string;
  readonly nonce: string;
} {
  const { time, nonce } = freshness();
  return { text: encode(helloOf({ events, ttlMs: RENEWED_TTL_MS, time, nonce }), secret), nonce };
}

/** The datagram that ends a subscription. */
export function byeDatagram({ secret }: Speaker): string {
  return encode(makeMessage(BYE, [], { ...freshness() }), secret);
}

function freshness(): Freshness {
  return { time: Date.now(), nonce: randomBytes(NONCE_BYTES).toString('base64url') };
}
