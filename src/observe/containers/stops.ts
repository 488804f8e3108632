import type { ContainerLine } from '../../model/container.ts';
import type { ContainerId } from '../../model/ids.ts';
import { SIGKILL } from '../../model/signal.ts';
import type { Inspections } from './inspections.ts';

/** What is made of the signals that events tell of; see `createStops`. */
export interface Stops {
  /** @param sentAt milliseconds, the engine's clock */
  signalled(id: ContainerId, signal: number, sentAt: number): void;
  /** Another life began, to which no signal before it was sent. @param at as above */
  started(id: ContainerId, at: number): void;
  /** Whether it was told to end in this life. */
  isStopping(id: ContainerId): boolean;
  /** Whether anybody was. */
  isAnyStopping(): boolean;
  /** Asks whether this is still the life, where that was heard long ago. Returns what a pass should wait for. */
  ask(lines: readonly ContainerLine[]): readonly Promise<void>[];
  /** Forgets those that are not listed, unless the list may be late. */
  retain(ids: ReadonlySet<ContainerId>): void;
  /** Until the next of them counts as one that lives on, milliseconds; null: nobody is stopping. */
  nextEndMs(): number | null;
}

/** What the signals are judged by. */
export interface StopsOptions extends Pick<Inspections, 'state' | 'confirm'> {
  /** For how long a signal counts; 0: not at all. */
  readonly stoppingMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** The engine's clock now, milliseconds; null: it does not tell. */
  readonly engineNow: () => number | null;
}

/** A start may show in nothing but an inspection; and so late may a list be. */
const ASK_AGAIN_MS = 10_000;
/** However many they are, the engine is not asked about more than twenty a second. */
const ASK_AGAIN_EACH_MS = 50;

interface Signal {
  /** Milliseconds, the engine's clock. */
  readonly sentAt: number;
  /** Monotonic milliseconds. */
  readonly countsUntil: number;
}

interface Noted {
  readonly signals: Map<number, Signal>;
  /** Monotonic milliseconds: of the last signal, or of the question whether that was in another life. */
  lookedAt: number;
}

/**
 * Who was told to end, by the container's own stop signal or by one that it cannot refuse, and still runs: an engine
 * says so seconds before its list changes. What is not heard, and what is forgotten, only makes it later.
 */
export function createStops(options: StopsOptions): Stops {
  const { now, stoppingMs } = options;
  const noted = new Map<ContainerId, Noted>();
  const ending = (id: ContainerId) => endingSignal(noted.get(id), options.state(id), now());
  const ends = () => [...noted.keys()].flatMap((id) => ending(id)?.countsUntil ?? []);
  const forgetBefore = (id: ContainerId, time: number) => {
    const signals = noted.get(id)?.signals ?? new Map<number, Signal>();
    for (const [signal, { sentAt }] of signals) if (sentAt < time) signals.delete(signal);
  };
  const ask = async (id: ContainerId, { signals }: Noted) => {
    const reply = await options.confirm(id, false);
    if (reply === 'gone') signals.clear();
    else if (reply !== null) forgetBefore(id, reply.vitals.startedAt ?? 0);
  };
  return {
    signalled(id, signal, sentAt) {
      const ageMs = Math.max(0, (options.engineNow() ?? sentAt) - sentAt);
      const countsUntil = now() + stoppingMs - ageMs;
      if (countsUntil <= now()) return;
      const signals = noted.get(id)?.signals ?? new Map<number, Signal>();
      noted.set(id, { signals: signals.set(signal, { sentAt, countsUntil }), lookedAt: now() });
    },
    // What was heard before this was sent before it, were it in the same millisecond.
    started: (id, at) => forgetBefore(id, at + 1),
    isStopping: (id) => ending(id) !== null,
    isAnyStopping: () => ends().length > 0,
    ask(lines) {
      const pauseMs = Math.max(ASK_AGAIN_MS, noted.size * ASK_AGAIN_EACH_MS);
      return lines.flatMap(({ id }) => {
        const one = noted.get(id);
        if (one === undefined || now() - one.lookedAt < pauseMs || ending(id) === null) return [];
        one.lookedAt = now();
        return [ask(id, one)];
      });
    },
    retain(ids) {
      for (const [id, one] of noted) {
        const isGone = !ids.has(id) && now() - one.lookedAt >= ASK_AGAIN_MS;
        if (isGone || isOver(one, now())) noted.delete(id);
      }
    },
    nextEndMs() {
      const next = Math.min(...ends());
      return Number.isFinite(next) ? next - now() : null;
    },
  };
}

function isOver({ signals }: Noted, now: number): boolean {
  return [...signals.values()].every(({ countsUntil }) => countsUntil <= now);
}

/**
 * The one that counts longest; null: there is none. A stop signal that is not known (yet) does not count, and no signal
 * where events tell others than were sent.
 */
function endingSignal(
  noted: Noted | undefined,
  state: ReturnType<Inspections['state']>,
  now: number,
): Signal | null {
  const own = state.kind === 'known' ? state.inspection.stopSignal : undefined;
  if (own === null) return null;
  const signals = [SIGKILL, ...(own === undefined ? [] : [own])].flatMap(
    (signal) => noted?.signals.get(signal) ?? [],
  );
  const counting = signals.filter(({ countsUntil }) => countsUntil > now);
  return counting.toSorted((a, b) => b.countsUntil - a.countsUntil)[0] ?? null;
}
