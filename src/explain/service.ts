import { readableClaim } from '../model/readable-claim.ts';
import type { ServiceRecord } from '../model/swarm-service.ts';
import { type Facts, problemsOf, redisOf } from './facts.ts';
import type { PublishedContainer } from './named.ts';

/** What is known of a service of Swarm besides what every command reads. */
export interface ServiceFacts {
  readonly name: string;
  /** null: no manager told of it. */
  readonly record: ServiceRecord | null;
  /** Whether a controller on a manager looks at the swarm now. */
  readonly isOverseen: boolean;
  /** Its tasks that ask for routes, on all nodes. */
  readonly tasks: readonly PublishedContainer[];
}

/** One task of a service. */
export interface TaskView {
  readonly name: string;
  /** The short id of its container. */
  readonly container: string;
  readonly owner: string;
  /** The name and the address of its node; null: not known. */
  readonly node: string | null;
  readonly drained: boolean;
  readonly routes: readonly { readonly vhost: string; readonly url: string }[];
}

/** Everything about a service of Swarm: `autodock explain SERVICE`. */
export interface ServiceView {
  readonly kind: 'service';
  readonly name: string;
  /** Those of the service itself that count; null: not known. */
  readonly labels: Readonly<Record<string, string>> | null;
  /** What keeps its tasks from running, in Swarm's words; null: nothing, or it is not known. */
  readonly trouble: string | null;
  readonly isOverseen: boolean;
  readonly tasks: readonly TaskView[];
  /** What could not be seen. */
  readonly problems: readonly string[];
}

/** What the nodes of a swarm tell of one of its services. */
export function explainService(facts: Facts, service: ServiceFacts): ServiceView {
  const { name, record, isOverseen, tasks } = service;
  return {
    kind: 'service',
    name,
    labels: record === null ? null : Object.fromEntries(record.labels),
    trouble: record?.trouble ?? null,
    isOverseen,
    tasks: tasks.map((task) => taskView(facts, task)),
    problems: problemsOf(facts),
  };
}

/** Whether a container's name is that of a task of a service: `NAME.SLOT.ID`, or `NAME.NODE.ID`. */
export function isTaskOf(service: string, name: string | null): boolean {
  const rest = name?.startsWith(`${service}.`) === true ? name.slice(service.length + 1) : '';
  return /^[0-9a-z]+\.[0-9a-z]{25}$/.test(rest);
}

function taskView(facts: Facts, { id, name, owner, engine, drain }: PublishedContainer): TaskView {
  const frontends = [...(redisOf(facts)?.frontends.values() ?? [])];
  const routes = frontends.flatMap((frontend) => {
    const { vhost } = frontend;
    const backends = [...(readableClaim(frontend, owner)?.backends ?? [])];
    return backends.flatMap(([url, ids]) => (ids.includes(id) ? [{ vhost, url }] : []));
  });
  const told = { name: name ?? id, container: id, owner, node: engine };
  return { ...told, drained: drain !== null, routes };
}
