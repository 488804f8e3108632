/** The events of the engine that can change a route; asked for by these names, so that the engine filters. */
const CONTAINER_ACTIONS = [
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

/** The filter of `GET /events`: each health probe alone makes three exec events. No label filter: it would drop all network events. */
export const EVENT_FILTERS = {
  type: ['container', 'network'],
  event: [...CONTAINER_ACTIONS, ...NETWORK_ACTIONS],
} as const;

/** What one line of the stream was. A closed set: also a metric's label. */
export const EVENT_ACTIONS = [
  ...CONTAINER_ACTIONS,
  ...NETWORK_ACTIONS,
  'other',
  'malformed',
] as const;
/** One of {@link EVENT_ACTIONS}. */
export type EventAction = (typeof EVENT_ACTIONS)[number];

/**
 * Reads no more of an event than its name: it triggers a pass, and that pass looks for itself. Of the name
 * only the first word counts (`health_status: healthy`).
 *
 * @param line null: it was too long to be read
 */
export function actionOf(line: string | null): EventAction {
  const name = line === null ? null : parseAction(line);
  if (name === null) return 'malformed';
  const word = name.split(':', 1)[0];
  return EVENT_ACTIONS.find((action) => action === word) ?? 'other';
}

function parseAction(line: string): string | null {
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event !== 'object' || event === null || !('Action' in event)) return null;
    return typeof event.Action === 'string' ? event.Action : null;
  } catch {
    // Decided: not an event; the caller counts it as malformed.
    return null;
  }
}
