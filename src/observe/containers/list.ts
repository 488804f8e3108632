import type { DockerSession } from '../../clients/docker-session.ts';
import type { ContainerLine } from '../../model/container.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { Health } from '../../model/workload-line.ts';
import { gatedHealth, type ListedLine, type NarrowedLine } from './container-line.ts';
import { digestOf, type ListItem, narrowOrThrow, parse, readItem } from './list-item.ts';

/** Lists the containers; see `createLister`. */
export interface Lister {
  /** @throws ObserveError if a request fails or the reply is not a list of containers */
  list(session: DockerSession, asker: ListAsker): Promise<readonly ListedLine[]>;
}

/** Who wants to know. */
export interface ListAsker {
  /** Told the lines, without health, before that is asked for; not if they are those of the last time. */
  readonly onLines: (lines: readonly ContainerLine[]) => void;
  /** Whether health matters: the container has a HEALTHCHECK, or nobody knows yet. Asked after `onLines`. */
  readonly mayHaveHealth: (id: ContainerId) => boolean;
}

/** The lines of one moment, and what they were made of. */
interface Listing {
  readonly items: readonly ListItem[];
  readonly gated: Gated;
  /** With the health of the second request, if there was one. */
  readonly lines: readonly ListedLine[];
  readonly byId: ReadonlyMap<string, { readonly item: ListItem; readonly line: ListedLine }>;
}

/** Who is starting or unhealthy; nobody where the list itself tells health, or where no health is. */
interface Gated {
  /** Of the reply's items. */
  readonly digests: string;
  readonly health: ReadonlyMap<string, Health>;
}

const NOBODY: Gated = { digests: '', health: new Map() };

/**
 * Lists the running containers with their health. An item that says the same as in the last list is not even
 * parsed and yields the identical object, and a list of nothing else the identical array, so that later stages
 * can memoise on identity: at 10,000 containers that is most of a pass.
 */
export function createLister(): Lister {
  let last: Listing | null = null;
  return {
    async list(session, { onLines, mayHaveHealth }) {
      const items = await readItems(session, last);
      const same = last !== null && sayTheSame(items, last.items) ? last : null;
      if (same === null) {
        onLines(items.flatMap(({ narrowed: n }) => (n.kind === 'line' ? [n.line] : [])));
      }
      const isTold = ({ narrowed: n }: ListItem) =>
        n.kind !== 'line' || n.health !== null || !mayHaveHealth(n.line.id);
      // Asked for after the full list: in the other order a container that starts in between would be
      // routed while it is starting.
      const gated = items.every(isTold) ? NOBODY : await listGated(session);
      last =
        same?.gated.digests === gated.digests ? { ...same, items } : listingOf(items, gated, last);
      return last.lines;
    },
  };
}

/** Most items stand where they stood; those that came push the others back. */
async function readItems(session: DockerSession, last: Listing | null): Promise<ListItem[]> {
  const items: ListItem[] = [];
  const before = last?.items ?? [];
  let byDigest: ReadonlyMap<string, ListItem> | null = null;
  const find = (digest: string) => {
    const there = before[items.length];
    if (there?.digest === digest) return there;
    byDigest ??= new Map(before.map((item) => [item.digest, item]));
    return byDigest.get(digest);
  };
  const byId = (id: string) => last?.byId.get(id)?.item;
  await session.list((bytes) => {
    const digest = digestOf(bytes);
    const known = find(digest);
    const item = known === undefined ? parse(bytes) : null;
    if (item === undefined) return false;
    items.push(known ?? readItem(item, digest, byId));
    return true;
  });
  return items;
}

function sayTheSame(items: readonly ListItem[], before: readonly ListItem[]): boolean {
  return (
    items.length === before.length &&
    items.every(({ narrowed }, index) => narrowed === before[index]?.narrowed)
  );
}

async function listGated(session: DockerSession): Promise<Gated> {
  const health = new Map<string, Health>();
  const digests: string[] = [];
  let isTold = true;
  const onItem = (bytes: Buffer) => {
    const item = parse(bytes);
    if (item === undefined) return false;
    const gated = gatedHealth(item);
    isTold &&= gated !== null;
    health.set(idOf(narrowOrThrow(item)), gated ?? 'starting');
    digests.push(digestOf(bytes));
    return true;
  };
  await session.list(onItem, { health: ['starting', 'unhealthy'] });
  for (const id of isTold ? [] : await listUnhealthy(session)) {
    health.set(id, 'unhealthy');
    digests.push(id);
  }
  return { digests: digests.join(), health };
}

/** podman's words for a container's state tell nothing of its health. */
async function listUnhealthy(session: DockerSession): Promise<readonly string[]> {
  const ids: string[] = [];
  const onItem = (bytes: Buffer) => {
    const item = parse(bytes);
    if (item === undefined) return false;
    ids.push(idOf(narrowOrThrow(item)));
    return true;
  };
  await session.list(onItem, { health: ['unhealthy'] });
  return ids;
}

/** Of two items of one container the last one counts. */
function listingOf(items: readonly ListItem[], gated: Gated, last: Listing | null): Listing {
  const byId = new Map(
    items.map((item) => {
      const id = idOf(item.narrowed);
      const line = lineOf(item.narrowed, gated.health.get(id) ?? null, last?.byId.get(id)?.line);
      return [id, { item, line }];
    }),
  );
  return { items, gated, lines: [...byId.values()].map(({ line }) => line), byId };
}

function idOf(narrowed: NarrowedLine): string {
  return narrowed.kind === 'line' ? narrowed.line.id : narrowed.id;
}

function lineOf(
  narrowed: NarrowedLine,
  gated: Health | null,
  before: ListedLine | undefined,
): ListedLine {
  if (narrowed.kind === 'unreadable') return narrowed;
  const health = narrowed.health ?? gated ?? 'none';
  if (health === narrowed.line.health) return narrowed.line;
  const line = { ...narrowed.line, health };
  const isSame = before !== undefined && !('kind' in before) && sameButHealth(before, line);
  return isSame ? before : line;
}

/** Parts are compared by identity: an unchanged line was taken from memory, parts and all. */
function sameButHealth(before: ContainerLine, line: ContainerLine): boolean {
  return before.addresses === line.addresses && before.health === line.health;
}
