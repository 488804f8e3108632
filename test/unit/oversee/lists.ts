import type { SwarmState } from '../../../src/oversee/manager-lists.ts';
import { narrowServices, narrowTasks, narrowUpNodes } from '../../../src/oversee/manager-lists.ts';

/** What a test says of a task. */
export interface SaidTask {
  readonly service?: string;
  readonly node?: string;
  /** A digit that its container's id is made of; missing: it has none. */
  readonly container?: string;
  readonly desired?: string;
  readonly state?: string;
  readonly problem?: string;
  readonly at?: string;
}

/** A task as a manager lists it. */
export function taskItem(said: SaidTask): object {
  const { service = 'shop', node = 'node1', container, desired = 'running' } = said;
  const { state = 'running', problem, at = '2026-01-01T00:00:00Z' } = said;
  return {
    ...{ ID: 'task', ServiceID: service, NodeID: node, DesiredState: desired, CreatedAt: at },
    Status: {
      State: state,
      ...(problem === undefined ? {} : { Err: problem }),
      ...(container === undefined
        ? {}
        : { ContainerStatus: { ContainerID: container.repeat(64), PID: 1 } }),
    },
  };
}

/** A service as a manager lists it. */
export function serviceItem(id: string, labels: Readonly<Record<string, string>> = {}): object {
  return { ID: id, Spec: { Name: `${id}_name`, Labels: labels } };
}

/** All that managers tell; the nodes are up that are named. */
export function stateOf(
  tasks: readonly SaidTask[],
  services: readonly object[] = [serviceItem('shop')],
  up: readonly string[] = ['node1', 'node2'],
): SwarmState {
  const nodes = up.map((ID) => ({ ID, Status: { State: 'ready' } }));
  return {
    tasks: narrowTasks(tasks.map(taskItem)) ?? [],
    services: narrowServices(services) ?? [],
    upNodes: narrowUpNodes(nodes) ?? new Set(),
  };
}
