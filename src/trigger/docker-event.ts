import { type AheadNote, aheadOf } from '../model/ahead.ts';
import { asRecord, type JsonRecord, parseRecord } from '../model/record.ts';

/**
 * The events of the engine that can change a route, and `create`, after which one soon may; asked for by these
 * names, so that the engine filters.
 */
const CONTAINER_ACTIONS = [
  'create',
  'start',
  'die',
  'stop',
  'kill',
  'pause',
  'unpause',
  'rename',
  'update',
  'destroy',
  'health_status',
] as const;
const NETWORK_ACTIONS = ['connect', 'disconnect'] as const;
/** The engine read its settings anew: what it said of itself may be over. */
const DAEMON_ACTIONS = ['reload'] as const;

/** The filter of `GET /events`: each health probe alone makes three exec events. No label filter: it would drop all network events. */
export const EVENT_FILTERS = {
  type: ['container', 'network', 'daemon'],
  event: [...CONTAINER_ACTIONS, ...NETWORK_ACTIONS, ...DAEMON_ACTIONS],
} as const;

/** What one line of the stream was. A closed set: also a metric's label. */
export const EVENT_ACTIONS = [
  ...CONTAINER_ACTIONS,
  ...NETWORK_ACTIONS,
  ...DAEMON_ACTIONS,
  'other',
  'malformed',
] as const;
/** One of {@link EVENT_ACTIONS}. */
export type EventAction = (typeof EVENT_ACTIONS)[number];

/** All that is read of an event. */
export interface EventSummary {
  readonly action: EventAction;
  /** What it says before the engine's list does; null: nothing. */
  readonly ahead: AheadNote | null;
  /** Which container it is about; null: it does not say. */
  readonly container: string | null;
}

/**
 * Reads hardly more of an event than its name: it triggers a pass, and that pass looks for itself. Of the name
 * only the first word counts (`health_status: healthy`).
 *
 * @param line null: it was too long to be read
 */
export function readEventSummary(line: string | null): EventSummary {
  const event = line === null ? null : parseRecord(line);
  if (typeof event?.Action !== 'string') {
    return { action: 'malformed', ahead: null, container: null };
  }
  const [word = ''] = event.Action.split(':', 1);
  const name = NAMES_OF_PODMAN.get(word) ?? word;
  const action = EVENT_ACTIONS.find((known) => known === name) ?? 'other';
  return { action, ahead: aheadOf(event), container: containerOf(event) };
}

/** A network's events tell it among the attributes; those of podman as their subject; the engine's are about none. */
function containerOf({ Type, Actor }: JsonRecord): string | null {
  if (Type === 'daemon') return null;
  const subject = asRecord(Actor);
  const attributes = Type === 'network' ? asRecord(subject?.Attributes) : null;
  const id = attributes?.container ?? subject?.ID;
  return typeof id === 'string' && id !== '' ? id : null;
}

/** Where podman has a word of its own; 4.3 for all of these, newer ones for some. */
const NAMES_OF_PODMAN: ReadonlyMap<string, EventAction> = new Map([
  ['remove', 'destroy'],
  ['died', 'die'],
]);
