import type {
  ContainerLine,
  KnownContainer,
  ObservedContainer,
  UnknownContainer,
} from '../model/container.ts';
import { escapeText } from '../model/escape.ts';
import { shortId } from '../model/ids.ts';
import type { PlacedWorkload, Workload } from '../model/workload.ts';
import type { UnreadableWorkload } from '../model/workload-line.ts';

/** Finds a running container by its full id, short id or name. */
export type FindContainer = (reference: string) => ObservedContainer | undefined;

/** Whose addresses a container has: its own, or those of the one whose network it shares. */
export type NetworkStack =
  | { readonly kind: 'own' }
  | { readonly kind: 'shared'; readonly holder: KnownContainer }
  /** The holder runs, but not all is known of it. */
  | { readonly kind: 'unknown'; readonly holder: UnknownContainer | UnreadableWorkload }
  | { readonly kind: 'gone'; readonly reference: string };

const SHARES = 'container:';
/** Engines let a container join one that joined another; a longer chain is a circle. */
const HOPS = 4;

/** Follows `--network container:X` to the container that has the addresses. */
export function stackOf(line: ContainerLine | PlacedWorkload, find: FindContainer): NetworkStack {
  let mode = line.reach === 'networks' ? line.networkMode : '';
  if (!mode.startsWith(SHARES)) {
    return { kind: 'own' };
  }
  for (let hop = 0; hop < HOPS; hop += 1) {
    const holder = find(mode.slice(SHARES.length));
    if (holder === undefined) {
      break;
    }
    if (holder.kind === 'unreadable') {
      return { kind: 'unknown', holder };
    }
    if (!holder.networkMode.startsWith(SHARES)) {
      return holder.kind === 'known' ? { kind: 'shared', holder } : { kind: 'unknown', holder };
    }
    mode = holder.networkMode;
  }
  return { kind: 'gone', reference: escapeText(mode.slice(SHARES.length)) };
}

/** An index over all containers, made at the first question: few containers share a network. */
export function containerFinder(workloads: readonly Workload[]): FindContainer {
  let index: ReadonlyMap<string, ObservedContainer> | null = null;
  return (reference) => {
    index ??= indexOf(workloads.filter(isOnNetworks));
    return index.get(reference);
  };
}

function isOnNetworks(workload: Workload): workload is ObservedContainer {
  return workload.kind === 'unreadable' || workload.reach === 'networks';
}

function indexOf(containers: readonly ObservedContainer[]): ReadonlyMap<string, ObservedContainer> {
  const names = containers.map((one) => [one.name, one] as const);
  const shortIds = containers.map((one) => [String(shortId(one.id)), one] as const);
  const ids = containers.map((one) => [String(one.id), one] as const);
  // An id beats a name that looks like one, as it does for the engine.
  return new Map([...names, ...shortIds, ...ids]);
}
