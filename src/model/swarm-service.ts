import { asRecord, parseRecord } from './record.ts';

/** What a manager tells of a service. */
export interface ServiceRecord {
  readonly name: string;
  /** Those of the service itself (`deploy.labels`) that mean something to autodock. */
  readonly labels: ReadonlyMap<string, string>;
  /** What keeps its tasks from running, in Swarm's words; null: nothing. */
  readonly trouble: string | null;
}

/** Writes what is told of a service: `{"name", "labels", "trouble"}`. */
export function writeService({ name, labels, trouble }: ServiceRecord): string {
  return JSON.stringify({ name, labels: Object.fromEntries(labels), trouble });
}

/** Reads it; null: nothing is told. */
export function parseService(text: unknown): ServiceRecord | null {
  const record = typeof text === 'string' ? parseRecord(text) : null;
  if (record === null) return null;
  const { name, labels, trouble } = record;
  const entries = Object.entries(asRecord(labels) ?? {});
  return {
    name: typeof name === 'string' ? name : '',
    labels: new Map(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    trouble: typeof trouble === 'string' ? trouble : null,
  };
}

/** Labels of a container with those of its service: what stands on the container counts. */
export function withServiceLabels(
  labels: ReadonlyMap<string, string>,
  { labels: ofService }: Pick<ServiceRecord, 'labels'>,
): ReadonlyMap<string, string> {
  return new Map([...ofService, ...labels]);
}
