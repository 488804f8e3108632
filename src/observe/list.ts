import { hash } from 'node:crypto';
import type { DockerSession } from '../clients/docker.ts';
import { ObserveError } from '../errors.ts';
import type { ContainerLine, Health, UnreadableContainer } from '../model/container.ts';
import { gatedHealth, type NarrowedLine, narrowLine } from './container-line.ts';

/** Lists the containers; see `createLister`. */
export interface Lister {
  /**
   * @param onLines told the lines, without health, before that is asked for; not if they are those of the last time
   * @throws ObserveError if a request fails or the reply is not a list of containers
   */
  list(
    session: DockerSession,
    onLines: (lines: readonly ContainerLine[]) => void,
  ): Promise<readonly (ContainerLine | UnreadableContainer)[]>;
}

interface Remembered {
  readonly fingerprint: string;
  readonly narrowed: NarrowedLine;
  /** The line with the health of the second request. */
  readonly line: ContainerLine | UnreadableContainer;
}

/** The lines of one moment, and the replies that they were made of, without what changes by itself. */
interface Listing {
  readonly stable: string;
  readonly items: readonly Pick<Remembered, 'fingerprint' | 'narrowed'>[];
  readonly gated: Gated;
  readonly lines: readonly (ContainerLine | UnreadableContainer)[];
}

/** Who is starting or unhealthy; the reply is empty where the list itself tells health. */
interface Gated {
  readonly stable: string;
  readonly health: ReadonlyMap<string, Health>;
}

const NOBODY: Gated = { stable: '', health: new Map() };

/**
 * Lists the running containers with their health. Replies that say the same as the last ones are not even
 * parsed and yield the identical array, and an unchanged line yields the identical object, so that later
 * stages can memoise on identity: at 10,000 containers that is most of a pass.
 */
export function createLister(): Lister {
  let last: Listing | null = null;
  let remembered: ReadonlyMap<string, Remembered> = new Map();
  return {
    async list(session, onLines) {
      const text = await session.list();
      const stable = withoutUptime(text);
      const same = last?.stable === stable ? last : null;
      const items = same?.items ?? parse(text).map((item) => narrowRemembered(item, remembered));
      if (same === null) {
        onLines(items.flatMap(({ narrowed: n }) => (n.kind === 'line' ? [n.line] : [])));
      }
      const told = items.every(({ narrowed: n }) => n.kind !== 'line' || n.health !== null);
      // Asked for after the full list: in the other order a container that starts in between would be
      // routed while it is starting.
      const gated = told ? NOBODY : await listGated(session);
      if (same?.gated.stable === gated.stable) return same.lines;
      remembered = new Map(
        items.map(({ fingerprint, narrowed }) => {
          const id = narrowed.kind === 'line' ? narrowed.line.id : narrowed.id;
          const line = lineOf(narrowed, gated.health.get(id) ?? null, remembered.get(id)?.line);
          return [id, { fingerprint, narrowed, line }];
        }),
      );
      last = { stable, items, gated, lines: [...remembered.values()].map(({ line }) => line) };
      return last.lines;
    },
  };
}

/**
 * "Up 5 minutes" changes by itself, and nothing is read from it. Only for comparing, never for parsing: a
 * label may look like a status, too, but it never changes in a container's life.
 */
function withoutUptime(text: string): string {
  return text.replaceAll(/"Status":"Up (?:[^"\\(]|\\.)*/g, '"Status":"Up ');
}

/** @throws ObserveError if it is no list, however it was cut or replaced on its way */
function parse(text: string): readonly unknown[] {
  try {
    const items: unknown = JSON.parse(text);
    if (Array.isArray(items)) return items;
  } catch {
    // Decided: text that is no JSON is malformed like JSON that is no list.
  }
  const seen = `${text.length} characters that are no list`;
  const message = `Docker: list of containers: malformed reply (${seen})`;
  throw new ObserveError('docker-malformed', message);
}

function narrowRemembered(
  item: unknown,
  remembered: ReadonlyMap<string, Remembered>,
): Pick<Remembered, 'fingerprint' | 'narrowed'> {
  const fingerprint = fingerprintOf(item);
  const before = remembered.get(idOf(item));
  if (before?.fingerprint === fingerprint) return before;
  return { fingerprint, narrowed: narrowOrThrow(item) };
}

async function listGated(session: DockerSession): Promise<Gated> {
  const text = await session.list({ health: ['starting', 'unhealthy'] });
  const health = new Map<string, Health>();
  for (const item of parse(text)) {
    const narrowed = narrowOrThrow(item);
    health.set(narrowed.kind === 'line' ? narrowed.line.id : narrowed.id, gatedHealth(item));
  }
  return { stable: withoutUptime(text), health };
}

function narrowOrThrow(item: unknown): NarrowedLine {
  const narrowed = narrowLine(item);
  if (narrowed !== null) return narrowed;
  // Without its id nobody can say whose claims to keep: the whole list is not to be trusted.
  const message = 'Docker: list of containers: malformed reply (an item without an id)';
  throw new ObserveError('docker-malformed', message);
}

function lineOf(
  narrowed: NarrowedLine,
  gated: Health | null,
  before: ContainerLine | UnreadableContainer | undefined,
): ContainerLine | UnreadableContainer {
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

function idOf(item: unknown): string {
  const id = typeof item === 'object' && item !== null && 'Id' in item ? item.Id : null;
  return typeof id === 'string' ? id : '';
}

/**
 * Stands for all that `narrowLine` reads; the status text ("Up 5 minutes") is left out as it changes. A digest,
 * as the text of ten thousand items is 8 MB to keep.
 */
function fingerprintOf(item: unknown): string {
  if (typeof item !== 'object' || item === null) return '';
  const {
    Names,
    State,
    Health: health,
    HostConfig,
    NetworkSettings,
    Ports,
    Labels,
    Created,
  } = item as Readonly<Record<string, unknown>>;
  const read = [Names, State, health, HostConfig, NetworkSettings, Ports, Labels, Created];
  return hash('sha256', JSON.stringify(read), 'base64');
}
