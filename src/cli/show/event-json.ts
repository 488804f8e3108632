import { safeJson } from '../../model/json.ts';
import type { PluginEvent } from '../../plugin/connect.ts';
import { eventTime } from './event-time.ts';

/**
 * One line of JSON, safe to print. A snapshot is told by its numbers: what it shows comes as events.
 *
 * @param now milliseconds since 1970
 */
export function eventJson(event: PluginEvent, now: number): string {
  const time = new Date(eventTime(event, now)).toISOString();
  if (event.kind !== 'snapshot') return safeJson({ time, ...event });
  const { kind, name, cause, routes, containers } = event;
  return safeJson({
    time,
    kind,
    name,
    cause,
    routes: routes.length,
    containers: containers.length,
  });
}
