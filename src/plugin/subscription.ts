import { BYE, HELLO, type Message, type Stamp } from '../wire/message.ts';
import type { DaemonEvent, Loss, LossCause, Problem } from './event.ts';
import { readEvent } from './read-event.ts';
import { createSequence, type Sequence, type Sequenced } from './sequence.ts';

/** A subscription has begun; events before it may be missing, unless it is the first. */
export interface Begun {
  readonly kind: 'begun';
  readonly cause: 'start' | Extract<LossCause, 'restart' | 'disconnected'>;
  /** Of the daemon; null: it did not say. */
  readonly version: string | null;
}

/** What a datagram led to. `bye`: the daemon stops. */
export type DatagramOutcome = DaemonEvent | Loss | Problem | Begun | { readonly kind: 'bye' };

/** What the daemon's datagrams mean, one after the other. Does no I/O and has no clock. */
export interface Subscription {
  /** A hello with this nonce is about to be said: its answer cannot know less than what is here now. */
  ask(nonce: string): void;
  receive(message: Message, stamp: Stamp): readonly DatagramOutcome[];
  /** Waits no longer for datagrams that are missing. */
  giveUp(): readonly DatagramOutcome[];
  isWaiting(): boolean;
  /** The connection is lost: whatever comes next begins anew. */
  lose(): void;
}

interface Current {
  readonly boot: string;
  /** What the daemon calls this subscription; null: it is an older one, which does not say. */
  readonly id: number | null;
  readonly sequence: Sequence<Message>;
}

/** Hellos whose answers are still believed. */
const MAX_ASKED = 8;

/**
 * A subscription begins with the daemon's answer to a hello, and begins anew when the answer shows another run
 * of the daemon, or one that forgot this plugin: it names another subscription, or, from an older daemon that names
 * none, counts from the start. An answer to nothing that was asked, or older than the last one, and what comes
 * before an answer, is dropped: whoever says it may not be the daemon, and if it is, the next answer tells what was
 * missed.
 */
export function createSubscription(): Subscription {
  let current: Current | null = null;
  let lastBoot: string | null = null;
  /** Nonce to the number that was the last then. */
  const asked = new Map<string, number>();

  const begin = (message: Message, { seq, boot }: Stamp): readonly DatagramOutcome[] => {
    const cause = lastBoot === null ? 'start' : lastBoot === boot ? 'disconnected' : 'restart';
    current = { boot, id: numberOf(message, 'subscription'), sequence: createSequence(seq) };
    lastBoot = boot;
    return [{ kind: 'begun', cause, version: textOf(message, 'version') }];
  };
  const heedAnswer = (message: Message, stamp: Stamp): readonly DatagramOutcome[] => {
    const nonce = textOf(message, 'nonce') ?? '';
    const lastThen = asked.get(nonce);
    if (lastThen === undefined) return [];
    settleUpTo(nonce, asked);
    if (current?.boot !== stamp.boot) return begin(message, stamp);
    const id = numberOf(message, 'subscription');
    const isForgotten = id === null ? stamp.seq < lastThen : id !== current.id;
    if (isForgotten) return begin(message, stamp);
    current.sequence.reach(stamp.seq);
    return [];
  };
  return {
    ask(nonce) {
      asked.set(nonce, current?.sequence.last() ?? 0);
      const [oldest] = asked.keys();
      if (asked.size > MAX_ASKED && oldest !== undefined) asked.delete(oldest);
    },
    receive(message, stamp) {
      if (message.name === HELLO) return heedAnswer(message, stamp);
      if (current?.boot !== stamp.boot) return [];
      const { sequence } = current;
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

/** An answer that an earlier hello still gets knows less. */
function settleUpTo(nonce: string, asked: Map<string, number>): void {
  for (const earlier of asked.keys()) {
    asked.delete(earlier);
    if (earlier === nonce) return;
  }
}

function outcomeOf(step: Sequenced<Message>): DatagramOutcome {
  return step.kind === 'gap'
    ? { kind: 'loss', name: 'loss', cause: 'gap', missed: step.missed }
    : readEvent(step.message, step.message.stamp?.seq ?? 0);
}

function numberOf({ kwargs }: Message, name: string): number | null {
  const value = Object.hasOwn(kwargs, name) ? kwargs[name] : undefined;
  return typeof value === 'number' ? value : null;
}

function textOf({ kwargs }: Message, name: string): string | null {
  const text = Object.hasOwn(kwargs, name) ? kwargs[name] : undefined;
  return typeof text === 'string' ? text : null;
}
