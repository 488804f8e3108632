import { type Filter, isWanted } from '../wire/filter.ts';
import type { SubscriptionRequest } from '../wire/hello.ts';
import { createRate, type Rate } from './rate.ts';

/** Where datagrams come from and go to. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** A plugin that said hello. */
export interface Subscriber {
  readonly peer: Peer;
  /** From 1, another for each new subscription of a run; the same while it is renewed. */
  readonly subscription: number;
  readonly filter: Filter;
  readonly leaseMs: number;
  /** When it last said something: monotonic milliseconds. */
  readonly heardAt: number;
  /** What was counted for it so far. */
  readonly seq: number;
  /** How often it may send. */
  readonly mayReceive: Rate;
}

/** What is decided once. */
export interface SubscribersOptions {
  readonly max: number;
  /** The longest lease. */
  readonly ttlMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Who hears the bus; see `createSubscribers`. */
export interface Subscribers {
  readonly size: number;
  all(): readonly Subscriber[];
  find(peer: Peer): Subscriber | null;
  /** Begins a subscription, or renews it with another filter; `full`: there are too many already. */
  hello(peer: Peer, subscription: SubscriptionRequest): 'new' | 'renewed' | 'full';
  /** It is alive. */
  renew(peer: Peer): void;
  /** False: it was not subscribed. */
  remove(peer: Peer): boolean;
  /** Takes away those whose lease has run out, and returns them. */
  expire(): readonly Subscriber[];
  /** Counts an event for everybody who wants it, and returns them; null: for everybody. */
  count(name: string | null): readonly Subscriber[];
}

/** A plugin says hello every few seconds as a rule, every tenth of one in a test. */
const RATE = { burst: 50, perSecond: 20 };

interface Entry extends Subscriber {
  filter: Filter;
  leaseMs: number;
  seq: number;
  heardAt: number;
  expiresAt: number;
}

/** Nobody at first. */
export function createSubscribers({ max, ttlMs, now }: SubscribersOptions): Subscribers {
  const entries = new Map<string, Entry>();
  let subscription = 0;
  const lease = (asked: number | null) => Math.min(asked ?? ttlMs, ttlMs);
  return {
    get size() {
      return entries.size;
    },
    all: () => [...entries.values()],
    find: (peer) => entries.get(keyOf(peer)) ?? null,
    hello(peer, { filter, ttlMs: askedMs }) {
      const leaseMs = lease(askedMs);
      const heardAt = now();
      const expiresAt = heardAt + leaseMs;
      const known = entries.get(keyOf(peer));
      if (known !== undefined) {
        Object.assign(known, { filter, leaseMs, heardAt, expiresAt });
        return 'renewed';
      }
      if (entries.size >= max) return 'full';
      subscription += 1;
      const mayReceive = createRate({ ...RATE, now });
      const asked = { filter, leaseMs, heardAt, expiresAt };
      entries.set(keyOf(peer), { peer, subscription, ...asked, seq: 0, mayReceive });
      return 'new';
    },
    renew(peer) {
      const known = entries.get(keyOf(peer));
      if (known === undefined) return;
      known.heardAt = now();
      known.expiresAt = known.heardAt + known.leaseMs;
    },
    remove: (peer) => entries.delete(keyOf(peer)),
    expire() {
      const late = [...entries.values()].filter(({ expiresAt }) => expiresAt <= now());
      for (const { peer } of late) entries.delete(keyOf(peer));
      return late;
    },
    count(name) {
      const counted: Subscriber[] = [];
      for (const entry of entries.values()) {
        if (name !== null && !isWanted(entry.filter, name)) continue;
        entry.seq += 1;
        counted.push(entry);
      }
      return counted;
    },
  };
}

function keyOf({ address, port }: Peer): string {
  return `${address} ${port}`;
}
