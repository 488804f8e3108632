import {
  DOCKER_CHANNEL,
  type Json,
  type JsonObject,
  type Message,
  OWN_CHANNEL,
} from '../wire/message.ts';
import type { DaemonEvent, DockerEventData, Problem, Reconciled } from './event.ts';
import type { RouteKey } from './route-table.ts';

/** What the kit says itself: no message of a daemon has such a name. */
const RESERVED = ['connected', 'disconnected', 'loss', 'snapshot', 'problem', '*'];

/** What a message of the daemon says; a problem if it is not as it should be. */
export function readEvent(message: Message, seq: number): DaemonEvent | Problem {
  const { name, channels, kwargs } = message;
  if (channels.includes(DOCKER_CHANNEL)) {
    return isDockerData(kwargs) ? { kind: 'docker', name, kwargs, seq } : unreadable(name);
  }
  if (!channels.includes(OWN_CHANNEL)) return otherEvent(message, seq);
  if (name === 'reconciled') {
    return isReconciled(kwargs) ? { kind: 'reconciled', name, kwargs, seq } : unreadable(name);
  }
  if (name !== 'route_added' && name !== 'route_removed') return otherEvent(message, seq);
  return isRouteKey(kwargs) ? { kind: 'route', name, kwargs, via: 'bus', seq } : unreadable(name);
}

function otherEvent({ name, kwargs }: Message, seq: number): DaemonEvent | Problem {
  return RESERVED.includes(name) ? unreadable(name) : { kind: 'other', name, kwargs, seq };
}

function unreadable(name: string): Problem {
  const problem = `the daemon said "${name}" in a way that this kit cannot read: use the kit of its version`;
  return { kind: 'problem', name: 'problem', problem };
}

function isDockerData(kwargs: JsonObject): kwargs is JsonObject & DockerEventData {
  const { Type, Action, id, from, scope, time, timeNano, truncated, Actor } = kwargs;
  return (
    [Type, Action, id, from, scope].every(isTextOrMissing) &&
    (truncated === undefined || truncated === true) &&
    [time, timeNano].every((value) => value === undefined || typeof value === 'number') &&
    (Actor === undefined || isActor(Actor))
  );
}

function isActor(actor: Json): boolean {
  if (!isObject(actor) || !isTextOrMissing(actor.ID)) return false;
  const { Attributes = {} } = actor;
  return isObject(Attributes) && Object.values(Attributes).every(isTextOrMissing);
}

function isRouteKey(kwargs: JsonObject): kwargs is JsonObject & RouteKey {
  const { vhost, url, container, id } = kwargs;
  return [vhost, url, container, id].every((text) => typeof text === 'string');
}

function isReconciled(kwargs: JsonObject): kwargs is JsonObject & Reconciled {
  const { result, changes, durationMs, triggers } = kwargs;
  const isCounted = typeof changes === 'number' && typeof durationMs === 'number';
  const isList = Array.isArray(triggers) && triggers.every((text) => typeof text === 'string');
  return typeof result === 'string' && isCounted && isList;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextOrMissing(value: Json | undefined): boolean {
  return value === undefined || typeof value === 'string';
}
