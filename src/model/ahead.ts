import { type ContainerId, parseContainerId } from './ids.ts';
import { isRecord } from './record.ts';
import { parseSignal } from './signal.ts';

/**
 * What an event says before the engine's list does. It may be lost, and may come to nothing: an observation that
 * takes it into account is the same without it, only later.
 */
export type AheadNote =
  /** The container will probably start. */
  | { readonly kind: 'created'; readonly id: ContainerId }
  /** A life of the container began. `at`: milliseconds, the engine's clock. */
  | { readonly kind: 'started'; readonly id: ContainerId; readonly at: number }
  /** A signal was sent to it, of which it may end. `at` as above. */
  | {
      readonly kind: 'signalled';
      readonly id: ContainerId;
      readonly signal: number;
      readonly at: number;
    };

/** The containers' events that say something ahead; networks, too, are created. */
export const AHEAD_ACTIONS = ['create', 'start', 'kill'] as const;

/**
 * Reads what an event says ahead.
 *
 * @param event as the engine sends it
 * @returns null: nothing, or not enough of it can be read
 */
export function aheadOf({
  Type,
  Action,
  Actor,
  ...times
}: Record<string, unknown>): AheadNote | null {
  if (Type !== 'container' || !isRecord(Actor)) return null;
  const id = parseContainerId(Actor.ID);
  if (id === null) return null;
  if (Action === 'create') return { kind: 'created', id };
  const at = timeOf(times);
  if (at === null) return null;
  if (Action === 'start') return { kind: 'started', id, at };
  const signal = Action === 'kill' ? signalOf(Actor.Attributes) : null;
  return signal === null ? null : { kind: 'signalled', id, signal, at };
}

/** podman tells none. */
function signalOf(attributes: unknown): number | null {
  const signal = isRecord(attributes) ? attributes.signal : null;
  return typeof signal === 'string' ? parseSignal(signal) : null;
}

/** Where only the second is told, its end: what happened in it happened before. */
function timeOf({ time, timeNano }: Record<string, unknown>): number | null {
  if (typeof timeNano === 'number' && timeNano > 0) return timeNano / 1_000_000;
  return typeof time === 'number' && time > 0 ? time * 1_000 + 999 : null;
}
