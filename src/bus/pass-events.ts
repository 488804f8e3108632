import { changeView } from '../diff/change-view.ts';
import type { Change } from '../model/plan.ts';
import type { PassResult, TriggerReason } from '../model/trigger.ts';
import type { Pass } from '../reconcile.ts';
import { appliedChanges } from '../telemetry/applied-changes.ts';
import { containerNames } from '../telemetry/container-names.ts';
import { ownDatagram } from './answer.ts';
import type { BusEvent } from './outbox.ts';
import type { JsonObject } from './wire/message.ts';

/** A pass that has ended. */
export interface EndedPass {
  readonly result: PassResult;
  readonly durationMs: number;
  readonly reasons: ReadonlySet<TriggerReason>;
  /** null: it failed. */
  readonly pass: Pass | null;
  /** The good one before, which knew the containers that are gone now; null: none. */
  readonly before: Pass | null;
}

/** What the bus says of a pass. */
export interface PassEvents {
  readonly events: readonly BusEvent[];
  /** There were more route changes than are said one by one. */
  readonly more: boolean;
}

const MAX_ROUTES = 500;
/** A name of Docker has no limit; a datagram has. */
const MAX_NAME_LENGTH = 255;

/** `route_removed` and `route_added` for each URL that left or joined the list of a vhost, then `reconciled`. */
export function passEvents({ result, durationMs, reasons, pass, before }: EndedPass): PassEvents {
  const changes = pass === null ? [] : appliedChanges(pass);
  const names = changes.length === 0 ? new Map() : containerNames(before, pass);
  const routes: BusEvent[] = [];
  for (const change of changes) {
    if (routes.length > MAX_ROUTES) break;
    routes.push(...routeEvents(change, names));
  }
  const told = { result, changes: changes.length, durationMs: Math.round(durationMs) };
  const reconciled = own('reconciled', { ...told, triggers: [...reasons] });
  const more = routes.length > MAX_ROUTES;
  return { events: [...routes.slice(0, MAX_ROUTES), reconciled], more };
}

function routeEvents(change: Change, names: ReadonlyMap<string, string>): readonly BusEvent[] {
  const { removed, added } = changeView(change);
  const was = new Set(change.before?.entries);
  const is = new Set(change.after?.entries);
  const of = (name: string, { url, containers }: (typeof added)[number]) => {
    const id = containers[0] ?? '';
    const container = (names.get(id) ?? id).slice(0, MAX_NAME_LENGTH);
    return own(name, { vhost: change.vhost, url, container, id });
  };
  return [
    ...removed.filter(({ url }) => !is.has(url)).map((backend) => of('route_removed', backend)),
    ...added.filter(({ url }) => !was.has(url)).map((backend) => of('route_added', backend)),
  ];
}

function own(name: string, kwargs: JsonObject): BusEvent {
  return { name, datagram: ownDatagram(name, kwargs) };
}
