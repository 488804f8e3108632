import { BYE, HELLO, type Message, type Stamp } from '../bus/wire/message.ts';
import type { DaemonEvent, Loss, LossCause, Problem } from './event.ts';
import { readEvent } from './read-event.ts';
import { createSequence, type Sequence, type Step } from './sequence.ts';

/** A subscription has begun; events before it may be missing, unless it is the first. */
export interface Begun {
  readonly kind: 'begun';
  readonly cause: 'start' | Extract<LossCause, 'restart' | 'disconnected'>;
  /** Of the daemon; null: it did not say. */
  readonly version: string | null;
}

/** What a datagram led to. `bye`: the daemon stops. */
export type Outcome = DaemonEvent | Loss | Problem | Begun | { readonly kind: 'bye' };

/** What the daemon's datagrams mean, one after the other. Does no I/O and has no clock. */
export interface Subscription {
  /** A hello is about to be said: its answer cannot know less than what is here now. */
  ask(): void;
  receive(message: Message, stamp: Stamp): readonly Outcome[];
  /** Waits no longer for datagrams that are missing. */
  giveUp(): readonly Outcome[];
  isWaiting(): boolean;
  /** The connection is lost: whatever comes next begins anew. */
  lose(): void;
}

interface Current {
  readonly boot: string;
  readonly sequence: Sequence<Message>;
}

/**
 * A subscription begins with the daemon's answer to a hello, and begins anew when the answer shows another run
 * of the daemon, or one that forgot this plugin and counts from the start. What comes from anywhere else is
 * dropped: the next answer tells whether it was missed.
 */
export function createSubscription(): Subscription {
  let current: Current | null = null;
  let lastBoot: string | null = null;
  let askedAt = 0;

  const begin = (message: Message, { seq, boot }: Stamp): readonly Outcome[] => {
    const cause = lastBoot === null ? 'start' : lastBoot === boot ? 'disconnected' : 'restart';
    current = { boot, sequence: createSequence(seq) };
    lastBoot = boot;
    askedAt = seq;
    return [{ kind: 'begun', cause, version: versionOf(message) }];
  };
  return {
    ask() {
      askedAt = current?.sequence.last() ?? 0;
    },
    receive(message, stamp) {
      const isOurs = current !== null && current.boot === stamp.boot;
      if (message.name === HELLO && !(isOurs && stamp.seq >= askedAt)) return begin(message, stamp);
      if (current === null || !isOurs) return [];
      const { sequence } = current;
      if (message.name === HELLO) {
        sequence.reach(stamp.seq);
        return [];
      }
      if (message.name !== BYE) return sequence.accept(stamp.seq, message).map(outcomeOf);
      sequence.reach(stamp.seq);
      current = null;
      return [...sequence.giveUp().map(outcomeOf), { kind: 'bye' }];
    },
    giveUp: () => current?.sequence.giveUp().map(outcomeOf) ?? [],
    isWaiting: () => current?.sequence.isWaiting() ?? false,
    lose() {
      current = null;
    },
  };
}

function outcomeOf(step: Step<Message>): Outcome {
  return step.kind === 'gap'
    ? { kind: 'loss', name: 'loss', cause: 'gap', missed: step.missed }
    : readEvent(step.message, step.message.stamp?.seq ?? 0);
}

function versionOf({ kwargs }: Message): string | null {
  const version = Object.hasOwn(kwargs, 'version') ? kwargs.version : undefined;
  return typeof version === 'string' ? version : null;
}
