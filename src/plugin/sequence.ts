/** What a datagram led to: messages in order, and gaps between them. */
export type Sequenced<T> =
  | { readonly kind: 'message'; readonly message: T }
  /** So many messages before the next one never came. */
  | { readonly kind: 'gap'; readonly missed: number };

/** Puts the messages of one subscription into the order in which the daemon sent them. */
export interface Sequence<T> {
  /** Takes a message; one that comes twice, or after its turn, is dropped. */
  accept(seq: number, message: T): readonly Sequenced<T>[];
  /** Learns that the daemon has sent everything up to this number. */
  reach(seq: number): void;
  /** Waits no longer for what is missing. */
  giveUp(): readonly Sequenced<T>[];
  /** Whether something is known to have been sent that is not here. */
  isWaiting(): boolean;
  /** The number of the last message that was handed over or given up. */
  last(): number;
}

/** How many messages wait for an earlier one, at most. */
const WINDOW = 64;

/**
 * UDP loses, repeats and reorders. A message that comes too early waits for those before it, until more than
 * {@link WINDOW} of them wait or the caller gives up; what is missing then is a gap.
 *
 * @param start the number of the last message before the first one
 */
export function createSequence<T>(start: number): Sequence<T> {
  let last = start;
  let sent = start;
  const early = new Map<number, T>();

  const inOrder = (): readonly Sequenced<T>[] => {
    const steps: Sequenced<T>[] = [];
    for (let message = early.get(last + 1); message !== undefined; message = early.get(last + 1)) {
      last += 1;
      early.delete(last);
      steps.push({ kind: 'message', message });
    }
    return steps;
  };
  const skip = (): readonly Sequenced<T>[] => {
    const next = Math.min(sent + 1, ...early.keys());
    const missed = next - last - 1;
    last = next - 1;
    return [{ kind: 'gap', missed }, ...inOrder()];
  };
  return {
    accept(seq, message) {
      if (seq <= last) return [];
      early.set(seq, message);
      sent = Math.max(sent, seq);
      const steps = [...inOrder()];
      while (early.size > WINDOW) steps.push(...skip());
      return steps;
    },
    reach(seq) {
      sent = Math.max(sent, seq);
    },
    giveUp() {
      const steps: Sequenced<T>[] = [];
      while (sent > last) steps.push(...skip());
      return steps;
    },
    isWaiting: () => sent > last,
    last: () => last,
  };
}
