import { type Filter, parseFilter } from './filter.ts';
import { HELLO, type Json, type Message, makeMessage } from './message.ts';

/** What a hello asks for. */
export interface SubscriptionRequest {
  readonly filter: Filter;
  /** A plugin that says hello often needs no lease of a day, and leaves no trace for that long if it dies. */
  readonly ttlMs: number | null;
}

/** Makes it impossible to say a signed datagram again; see `FRESH_MS`. */
export interface Freshness {
  /** Milliseconds since 1970, of the sender's clock. */
  readonly time: number;
  /** Random, 8 to 64 characters. */
  readonly nonce: string;
}

/** A signed datagram counts for this long before and after its time, and once. */
export const FRESH_MS = 60_000;

/** A plugin that renews its subscription asks for this lease. */
export const RENEWED_TTL_MS = 60_000;

/** Makes a hello longer than its answer, which it would not get otherwise: see "Plugin bus" in docs/plugins.md. */
const PAD = ' '.repeat(192);

/** What a plugin says first, and every few seconds after. */
export interface HelloOptions extends Freshness {
  /** Patterns of event names; null: all. */
  readonly events: readonly string[] | null;
  /** How long the subscription lasts without a word; at most `bus.ttl`. */
  readonly ttlMs: number;
}

/** Begins or renews a subscription. `encode` it with the secret, if there is one. */
export function helloOf({ events, ttlMs, time, nonce }: HelloOptions): Message {
  const filter = events === null ? {} : { events };
  return makeMessage(HELLO, [], { ...filter, ttlMs, time, nonce, pad: PAD });
}

/** What a hello asks for; null if it asks for what cannot be. A hello of 2015 asks for everything. */
export function subscriptionOf({ kwargs }: Message): SubscriptionRequest | null {
  const filter = parseFilter(own(kwargs, 'events'));
  const ttlMs = own(kwargs, 'ttlMs') ?? null;
  if (filter === null || !(ttlMs === null || isDuration(ttlMs))) return null;
  return { filter, ttlMs };
}

/** `kwargs.time` and `kwargs.nonce`; null if they are missing or none. */
export function freshnessOf({ kwargs }: Message): Freshness | null {
  const time = own(kwargs, 'time');
  const nonce = own(kwargs, 'nonce');
  if (typeof time !== 'number' || !Number.isFinite(time)) return null;
  const isNonce = typeof nonce === 'string' && nonce.length >= 8 && nonce.length <= 64;
  return isNonce ? { time, nonce } : null;
}

function own(object: Message['kwargs'], name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isDuration(value: Json): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
