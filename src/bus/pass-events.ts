import type { EndedPass, Pass } from '../reconcile.ts';
import { appliedChanges } from '../report/applied-changes.ts';
import { containerNames } from '../report/container-names.ts';
import type { JsonObject } from '../wire/message.ts';
import { ownDatagram } from './answer.ts';
import type { BusEvent } from './outbox.ts';
import { type RouteChange, routeChanges } from './route-changes.ts';

/** What the bus says of a pass. */
export interface PassEvents {
  readonly events: readonly BusEvent[];
  /** There were more route changes than are said one by one. */
  readonly more: boolean;
}

const MAX_ROUTES = 500;
/** A name of Docker has no limit; a datagram has. */
const MAX_NAME_LENGTH = 255;
const NOTHING: PassEvents = { events: [], more: false };

/** `route_removed` and `route_added` for each change of what this owner claims, then `reconciled`. */
export function passEvents({ result, durationMs, reasons, pass, before }: EndedPass): PassEvents {
  const changes = pass === null ? 0 : appliedChanges(pass).length;
  const { events, more } = pass === null ? NOTHING : routeEvents(before, pass);
  const told = { result, changes, durationMs: Math.round(durationMs) };
  return { events: [...events, own('reconciled', { ...told, triggers: [...reasons] })], more };
}

function routeEvents(before: Pass | null, pass: Pass): PassEvents {
  const changes: RouteChange[] = [];
  for (const change of routeChanges(before, pass)) {
    changes.push(change);
    if (changes.length > MAX_ROUTES) break;
  }
  if (changes.length === 0) return NOTHING;
  const names = containerNames(before, pass);
  const events = changes.slice(0, MAX_ROUTES).map(({ name, vhost, url, id }) => {
    const container = (names.get(id) ?? id).slice(0, MAX_NAME_LENGTH);
    return own(name, { vhost, url, container, id });
  });
  return { events, more: changes.length > MAX_ROUTES };
}

function own(name: string, kwargs: JsonObject): BusEvent {
  return { name, datagram: ownDatagram(name, kwargs) };
}
