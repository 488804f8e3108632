import type { ContainerId } from './ids.ts';
import type { Health, UnreadableWorkload, WorkloadLine } from './workload-line.ts';

/** The addresses of a container on one network; null where it has none of that family. */
export interface NetworkAddress {
  readonly network: string;
  /** The network's id; `''` where the engine does not tell it. */
  readonly networkId: string;
  readonly ipv4: string | null;
  readonly ipv6: string | null;
}

/**
 * Why the host of an engine does not reach the addresses of a network: its driver or kind, or how its bridge was
 * made. A request to such an address leaves by the default gateway, to whoever has it there.
 */
export type Barrier = 'macvlan' | 'ipvlan' | 'overlay' | 'ingress' | 'isolated' | 'inhibited';

/** What keeps the host from a network's addresses of each family; null: nothing. It never changes in a network's life. */
export interface Barriers {
  readonly ipv4: Barrier | null;
  readonly ipv6: Barrier | null;
}

/** One TCP binding of a container's port to a port of the host. `ip` is the address bound, `''` if not told. */
export interface PublishedPort {
  readonly ip: string;
  /** null: it was asked for, and the engine does not bind it. */
  readonly hostPort: number | null;
  readonly containerPort: number;
}

/** What one line of the engine's container list tells, narrowed. */
export interface ContainerLine extends WorkloadLine {
  readonly id: ContainerId;
  /** By an address that it has on a network of the engine, or by a port of the host. */
  readonly reach: 'networks';
  /** `default`, `bridge`, `host`, `none`, `container:<id>` or a network's name. */
  readonly networkMode: string;
  /** Sorted by network name (code units). */
  readonly addresses: readonly NetworkAddress[];
  readonly published: readonly PublishedPort[];
  /** The id of its image; missing: the engine does not tell. */
  readonly imageId?: string;
}

/** What an inspection adds; it never changes in a container's life. */
export interface Inspection {
  /** Only `VIRTUALHOST`, `ALIAS`, `PORT` and near-miss names are kept; the last of equal names wins. */
  readonly env: ReadonlyMap<string, string>;
  /** TCP ports by EXPOSE, `--expose` or `-p`, ascending. */
  readonly exposedPorts: readonly number[];
  /** Whether a HEALTHCHECK runs in it, by its image or its own; an engine before API 1.52 lists no health. */
  readonly hasHealthcheck: boolean;
  /** When its HEALTHCHECK is probed first, milliseconds after its start; null: it has none, or it is not known. */
  readonly firstProbeMs: number | null;
  /** As in the list, where it tells it. */
  readonly networkMode: string;
  /** What it publishes, where the engine is not known to list it all: of a range podman lists one; null: the list does. */
  readonly bound: readonly PublishedPort[] | null;
  /** Whether it has labels of ours, whatever they say. */
  readonly hasOwnLabels: boolean;
  /** The number of the signal that asks it to end; null: its events tell no signals. */
  readonly stopSignal: number | null;
}

/** A container that was read in full. */
export interface KnownContainer extends ContainerLine, Inspection {
  readonly kind: 'known';
  /**
   * Addresses that its line shows although a fresh inspection denies them (another container of the
   * same network has them now). Never routed.
   */
  readonly staleAddresses: readonly string[];
  /** Of its networks, by name, those that the host does not reach in full. */
  readonly barriers: ReadonlyMap<string, Barriers>;
  /**
   * What the engine set its health back to although no probe failed, e.g. when it restarted or unpaused it; `health` is
   * what the last probe said then. null: it did not.
   */
  readonly setBackTo: Health | null;
  /** The one whose network it shares was started after it: it is left without. */
  readonly isOlderThanNetwork: boolean;
}

/**
 * A running container of which something is not known (yet): its inspection is under way, failed or
 * came late, or its address is disputed. What is claimed in its id, at an address it still has, stays.
 */
export interface UnknownContainer extends ContainerLine {
  readonly kind: 'unknown';
  /** What is missing, in words. */
  readonly why: string;
  /** Another container shows an address of it, and nobody knows yet whose it is. Missing: none does. */
  readonly isDisputed?: true;
}

/** A container as a pass sees it. */
export type ObservedContainer = KnownContainer | UnknownContainer | UnreadableWorkload;

/** Who the engine is: the ID gives the default owner, the name is for people. */
export interface Engine {
  readonly id: string;
  readonly name: string;
}
