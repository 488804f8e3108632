import type { Peer, Subscriber } from './subscribers.ts';

/** What restraint works with. */
export interface RestraintOptions {
  /** Whether the kernel takes no more for now. */
  readonly isBackedUp: () => boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Whether something may be sent to a subscriber now. */
export type MayTell = (subscriber: Pick<Subscriber, 'peer' | 'heardAt'>) => boolean;

/** A plugin of the kit says hello every ten seconds. */
const SILENT_MS = 25_000;
/** For so long after the kernel took no more; it gives up a dead neighbour after three seconds. */
const WARY_MS = 10_000;
const PROBE_MS = 1_000;
/** More than there are subscribers; those who left are forgotten with the rest. */
const MAX_PROBES = 256;

/**
 * What is sent to a container that is gone waits for its answer to ARP in the buffer of the socket, which is
 * everybody's. So while that is full, and for a while after, whoever was silent for long is told one thing a
 * second: a plugin of 2015, which is always silent, is alive nevertheless.
 */
export function createRestraint({ isBackedUp, now }: RestraintOptions): MayTell {
  const probes = new Map<string, number>();
  let waryUntil = Number.NEGATIVE_INFINITY;
  return ({ peer, heardAt }) => {
    const at = now();
    if (isBackedUp()) waryUntil = at + WARY_MS;
    if (at >= waryUntil || at - heardAt <= SILENT_MS) return true;
    if (at - (probes.get(keyOf(peer)) ?? Number.NEGATIVE_INFINITY) < PROBE_MS) return false;
    if (probes.size >= MAX_PROBES) probes.clear();
    probes.set(keyOf(peer), at);
    return true;
  };
}

function keyOf({ address, port }: Peer): string {
  return `${address} ${port}`;
}
