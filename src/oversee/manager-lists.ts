import { asRecord, isRecord, type JsonRecord } from '../model/record.ts';

/** A task as a manager tells it. */
export interface ManagedTask {
  readonly serviceId: string;
  readonly nodeId: string;
  /** null: it has none yet. */
  readonly containerId: string | null;
  /** What is wanted of it: `running`, `shutdown`, `remove`, ... */
  readonly desired: string;
  /** What became of it: `pending`, `running`, `failed`, ... */
  readonly state: string;
  /** Why it is not further; `''`: nothing is wrong. */
  readonly problem: string;
  /** As the manager writes times, which can be compared as texts. */
  readonly createdAt: string;
}

/** A service as a manager tells it. */
export interface ManagedService {
  readonly id: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Its tasks are replaced by others, some after the others, or are to be back as they were. */
  readonly isUpdating: boolean;
}

/** States of an update in which managers go on to further tasks by themselves. */
const UPDATING: ReadonlySet<unknown> = new Set(['updating', 'rollback_started']);

/** All that is read of a swarm. */
export interface SwarmState {
  readonly tasks: readonly ManagedTask[];
  readonly services: readonly ManagedService[];
  /** The nodes that are up, as far as managers know. */
  readonly upNodes: ReadonlySet<string>;
}

/** Reads `GET /tasks`; null: it is something else, or one of them cannot be told. */
export function narrowTasks(reply: unknown): readonly ManagedTask[] | null {
  return narrowAll(reply, (item) => {
    const { ServiceID, NodeID, DesiredState, Status, CreatedAt } = item;
    const status = asRecord(Status);
    const state = status?.State;
    if (!isText(ServiceID) || !isText(DesiredState) || !isText(state)) return null;
    const containerId = asRecord(status?.ContainerStatus)?.ContainerID;
    return {
      ...{ serviceId: ServiceID, nodeId: textOf(NodeID), desired: DesiredState, state },
      containerId: isText(containerId) ? containerId : null,
      problem: textOf(status?.Err),
      createdAt: textOf(CreatedAt),
    };
  });
}

/** Reads `GET /services`; null as above. */
export function narrowServices(reply: unknown): readonly ManagedService[] | null {
  return narrowAll(reply, ({ ID, Spec, UpdateStatus }) => {
    const spec = asRecord(Spec);
    const name = spec?.Name;
    if (!isText(ID) || !isText(name)) return null;
    const labels = Object.entries(asRecord(spec?.Labels) ?? {});
    const texts = labels.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const isUpdating = UPDATING.has(asRecord(UpdateStatus)?.State);
    return { id: ID, name, labels: new Map(texts), isUpdating };
  });
}

/** Reads from `GET /nodes` which are up; null as above. */
export function narrowUpNodes(reply: unknown): ReadonlySet<string> | null {
  const nodes = narrowAll(reply, ({ ID, Status }) => {
    const state = asRecord(Status)?.State;
    return isText(ID) && isText(state) ? { id: ID, state } : null;
  });
  if (nodes === null) return null;
  return new Set(nodes.flatMap(({ id, state }) => (state === 'ready' ? [id] : [])));
}

/** Unknown is not empty: where one item makes no sense, nothing is known. */
function narrowAll<T>(reply: unknown, narrow: (item: JsonRecord) => T | null): readonly T[] | null {
  if (!Array.isArray(reply)) return null;
  const items: T[] = [];
  for (const item of reply as readonly unknown[]) {
    const narrowed = isRecord(item) ? narrow(item) : null;
    if (narrowed === null) return null;
    items.push(narrowed);
  }
  return items;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
