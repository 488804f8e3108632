import { type Owner, parseContainerId, parseOwner, type ShortId, shortId } from '../model/ids.ts';
import type { ManagedTask, SwarmState } from './manager-lists.ts';

/** The containers that Swarm is about to end, by whose they are: their node's. */
export type Notices = ReadonlyMap<Owner, ReadonlySet<ShortId>>;

const UNWANTED: ReadonlySet<string> = new Set(['shutdown', 'remove']);
/** States in which the container of a task may still answer. */
const ALIVE: ReadonlySet<string> = new Set(['starting', 'running']);

/**
 * The containers that are to get no more requests, some seconds before their node tells them to end. Only where
 * another task of the service runs that is wanted: who is alone serves until then.
 */
export function noticesOf({ tasks, upNodes }: SwarmState): Notices {
  const served = new Set(
    tasks
      .filter((task) => isServing(task) && upNodes.has(task.nodeId))
      .map(({ serviceId }) => serviceId),
  );
  const notices = new Map<Owner, Set<ShortId>>();
  for (const { nodeId, containerId, serviceId } of tasks.filter(isLeaving)) {
    const [owner, id] = [parseOwner(nodeId), parseContainerId(containerId)];
    if (owner === null || id === null || !served.has(serviceId)) continue;
    notices.set(owner, (notices.get(owner) ?? new Set()).add(shortId(id)));
  }
  return notices;
}

function isServing({ desired, state }: ManagedTask): boolean {
  return desired === 'running' && state === 'running';
}

function isLeaving({ desired, state }: ManagedTask): boolean {
  return UNWANTED.has(desired) && ALIVE.has(state);
}
