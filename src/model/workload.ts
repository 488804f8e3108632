import type { Inspection, KnownContainer, UnknownContainer } from './container.ts';
import type { UnreadableWorkload, WorkloadLine } from './workload-line.ts';

/** A workload that is reached at an address of its own, and is on no network of an engine. */
export interface PlacedWorkload extends WorkloadLine, Pick<Inspection, 'env' | 'exposedPorts'> {
  readonly kind: 'known';
  readonly reach: 'address';
  /** IPv6 without brackets, or a host name. */
  readonly address: string;
}

/** A workload that was read in full. */
export type KnownWorkload = KnownContainer | PlacedWorkload;

/** Something that runs, and may ask for routes. Containers are one kind of it. */
export type Workload = KnownWorkload | UnknownContainer | UnreadableWorkload;

/** What people call a container, as `WorkloadLine.noun` has it. */
export const CONTAINER = 'container';
