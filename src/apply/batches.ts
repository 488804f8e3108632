import type { Change, ListSnapshot } from '../model/plan.ts';

/** A host with dead marks, then the vhosts more exact than a wildcard that could answer for it. */
export type MarkedHost = readonly [host: string, ...moreExact: string[]];

/** One change, and for a wildcard the marks that may have to move with it. */
export interface Step {
  readonly change: Change;
  readonly hosts: readonly MarkedHost[];
}

/** Measured: 1.6 to 2.7 ms of Redis with the claims of eight owners, and twice that on a slow or busy machine. */
const MAX_WEIGHT = 500;
/** What a vhost, what it asks of fronts, or a host under a wildcard costs besides its entries. */
const WEIGHT_OF_KEY = 6;

/**
 * Cuts a plan into batches that do not hold up Redis. A vhost is never divided, so that one of more weight
 * than a batch makes a batch of its own.
 */
export function batchesOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  return cut(steps, weightOf);
}

/** By vhost how many copies an owner claims there. */
export type ClaimedCopies = ReadonlyMap<string, number>;

/** One vhost where something that an owner claims may go, as scripts are told of it. */
export interface ClaimedVhost {
  readonly v: string;
  readonly hosts: readonly MarkedHost[];
}

/**
 * Cuts vhosts where something may go into such batches, as far as is known without a look at their lists.
 *
 * @param marked of wildcards the hosts whose marks may have to move
 */
export function claimedBatches(
  copies: ClaimedCopies,
  marked: ReadonlyMap<string, readonly MarkedHost[]>,
): readonly (readonly ClaimedVhost[])[] {
  const vhosts = [...copies.keys()].map((v) => ({ v, hosts: marked.get(v) ?? [] }));
  return cut(vhosts, ({ v, hosts }) => (copies.get(v) ?? 0) + WEIGHT_OF_KEY * (1 + hosts.length));
}

function cut<T>(items: readonly T[], weigh: (item: T) => number): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let left = 0;
  for (const item of items) {
    const weight = weigh(item);
    if (batches.length === 0 || weight > left) {
      batches.push([]);
      left = MAX_WEIGHT;
    }
    batches.at(-1)?.push(item);
    left -= weight;
  }
  return batches;
}

function weightOf({ change: { before, after, write }, hosts }: Step): number {
  const entries = Math.max(length(before), length(after));
  const asksFronts = (write.options ?? '') !== '';
  return entries + WEIGHT_OF_KEY * (1 + hosts.length + (asksFronts ? 1 : 0));
}

function length(list: ListSnapshot): number {
  return list === null ? 0 : list.entries.length;
}
