import type { DockerSession } from '../clients/docker.ts';
import { ObserveError } from '../errors.ts';
import type { ContainerLine, Health, UnreadableContainer } from '../model/container.ts';
import { gatedHealth, type NarrowedLine, narrowLine } from './container-line.ts';

/** Lists the containers; see `createLister`. */
export interface Lister {
  /** @throws ObserveError if a request fails or the reply is not a list of containers */
  list(session: DockerSession): Promise<readonly (ContainerLine | UnreadableContainer)[]>;
}

interface Remembered {
  readonly fingerprint: string;
  readonly narrowed: NarrowedLine;
  /** The line with the health of the second request. */
  readonly line: ContainerLine | UnreadableContainer;
}

/**
 * Lists the running containers with their health. An unchanged line yields the identical object of the
 * last time, so that later stages can memoise on identity: at 10,000 containers that is most of a pass.
 */
export function createLister(): Lister {
  let remembered: ReadonlyMap<string, Remembered> = new Map();
  return {
    async list(session) {
      const items = (await session.list()).map((item) => narrowRemembered(item, remembered));
      const told = items.every(
        ({ narrowed }) => narrowed.kind !== 'line' || narrowed.health !== null,
      );
      // Asked for after the full list: in the other order a container that starts in between would be
      // routed while it is starting.
      const gated = told ? new Map<string, Health>() : await listGated(session);
      const now = new Map<string, Remembered>();
      for (const { fingerprint, narrowed } of items) {
        const id = narrowed.kind === 'line' ? narrowed.line.id : narrowed.id;
        const line = lineOf(narrowed, gated.get(id) ?? null, remembered.get(id)?.line);
        now.set(id, { fingerprint, narrowed, line });
      }
      remembered = now;
      return [...now.values()].map(({ line }) => line);
    },
  };
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

async function listGated(session: DockerSession): Promise<ReadonlyMap<string, Health>> {
  const gated = new Map<string, Health>();
  for (const item of await session.list({ health: ['starting', 'unhealthy'] })) {
    const narrowed = narrowOrThrow(item);
    gated.set(narrowed.kind === 'line' ? narrowed.line.id : narrowed.id, gatedHealth(item));
  }
  return gated;
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

/** All that `narrowLine` reads, as text; the status text ("Up 5 minutes") is left out as it changes. */
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
  return JSON.stringify([
    Names,
    State,
    health,
    HostConfig,
    NetworkSettings,
    Ports,
    Labels,
    Created,
  ]);
}
