import { isKnownLabel } from '../desire/labels.ts';
import { compareText } from '../model/compare.ts';
import { type ServiceRecord, writeService } from '../model/swarm-service.ts';
import type { ManagedService, ManagedTask, SwarmState } from './manager-lists.ts';

/** What is told of each service, as texts by its id. */
export function serviceTexts({ services, tasks }: SwarmState): ReadonlyMap<string, string> {
  const byService = new Map<string, ManagedTask[]>(services.map(({ id }) => [id, []]));
  for (const task of tasks) byService.get(task.serviceId)?.push(task);
  return new Map(
    services.map((service) => {
      const record = recordOf(service, byService.get(service.id) ?? []);
      return [service.id, writeService(record)];
    }),
  );
}

function recordOf({ name, labels }: ManagedService, tasks: readonly ManagedTask[]): ServiceRecord {
  const known = [...labels].filter(([key]) => isKnownLabel(key));
  const sorted = known.sort(([a], [b]) => compareText(a, b));
  return { name, labels: new Map(sorted), trouble: troubleOf(tasks) };
}

/** Of a task that is to run, and not to end; a job is to run until it is complete. */
const WANTED: ReadonlySet<string> = new Set(['running', 'ready', 'complete']);
const FAR_ENOUGH: ReadonlySet<string> = new Set(['running', 'complete']);

/** What the newest task says that is not as far as it is wanted to be, while one is missing. */
function troubleOf(tasks: readonly ManagedTask[]): string | null {
  const wanted = tasks.filter(({ desired }) => WANTED.has(desired));
  if (wanted.every(({ state }) => FAR_ENOUGH.has(state))) return null;
  const told = tasks.filter(({ problem }) => problem !== '');
  const newest = told.toSorted((a, b) => compareText(b.createdAt, a.createdAt))[0];
  return newest === undefined ? null : `${newest.state}: ${newest.problem}`;
}
