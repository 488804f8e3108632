import type { Engine } from '../model/container.ts';
import type { Filters } from './docker-body.ts';
import { engineOf, isRootless } from './docker-shapes.ts';

/** In what an engine differs from Docker, though it speaks the same API. */
export interface Dialect {
  /** Who the engine is, by its `/info`. */
  readonly engine: (info: Record<string, unknown>) => Engine;
  readonly listFilters: (filters: Filters | undefined) => Filters | undefined;
  readonly eventFilters: (filters: Filters) => Filters;
  /** Whether it probes a HEALTHCHECK when Docker would. */
  readonly probesAsDocker: boolean;
  /**
   * The oldest version of its API whose list tells of a start and of an end as soon as the event does; null: none.
   */
  readonly promptListApi: string | null;
  /** Whether containers live on, at their addresses, while it is started anew; by its `/info`. */
  readonly keepsContainers: (info: Record<string, unknown>) => boolean;
  /** Whether it runs without root, so that the host reaches no address of a container; by its `/info`. */
  readonly rootless: (info: Record<string, unknown>) => boolean;
  /** Whether an inspection tells what its container exposes, whatever network that is on. */
  readonly tellsWhatIsExposed: boolean;
}

const DOCKER: Dialect = {
  engine: engineOf,
  listFilters: (filters) => filters,
  eventFilters: (filters) => filters,
  probesAsDocker: true,
  // Docker 23. Before, a container that had ended was listed for 0.1 s more, and for seconds in a storm.
  promptListApi: '1.42',
  keepsContainers: ({ LiveRestoreEnabled: isOn }) => isOn === true,
  rootless: ({ SecurityOptions: options }) => isRootless(options),
  tellsWhatIsExposed: true,
};

const PODMAN: Dialect = {
  // It makes up an ID at each call. The name alone cannot tell whose routes these are, and cannot be an owner: it has spaces.
  engine: (info) => {
    const { name } = engineOf(info);
    return { id: `podman on ${name}`, name };
  },
  // Without a status its list is of what runs, and what is paused is missing.
  listFilters: (filters) => ({ status: ['running', 'paused'], ...filters }),
  // It compares event names that it then sends under other ones: `die` finds nothing, and is what comes.
  // Of itself it tells nothing.
  eventFilters: ({ type = [] }) => ({ type: type.filter((one) => one !== 'daemon') }),
  probesAsDocker: false,
  promptListApi: null,
  keepsContainers: () => true,
  rootless: ({ Rootless: isOn }) => isOn === true,
  // 4.3 does not of one that shares a network: a pod's, another container's, or the host's.
  tellsWhatIsExposed: false,
};

/** By what `/version` says of the engine's parts. */
export function dialectOf({ Components: parts }: Record<string, unknown>): Dialect {
  const isPodman = (part: unknown) =>
    typeof part === 'object' && part !== null && 'Name' in part && part.Name === 'Podman Engine';
  return Array.isArray(parts) && parts.some(isPodman) ? PODMAN : DOCKER;
}
