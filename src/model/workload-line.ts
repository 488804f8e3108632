import type { WorkloadId } from './ids.ts';

/**
 * What is known of a workload's life. `stopping`: it runs, and was told to end. `other` is anything that is never
 * routed.
 */
export type WorkloadState = 'running' | 'stopping' | 'paused' | 'restarting' | 'other';

/** `none`: the workload has no HEALTHCHECK. */
export type Health = 'none' | 'starting' | 'unhealthy' | 'healthy';

/** What every workload has, however it is reached. Unvalidated text of users; `desire` decides what it means. */
export interface WorkloadLine {
  readonly id: WorkloadId;
  /** What people call such a thing: `container`. Words and remedies go by it. */
  readonly noun: string;
  readonly name: string;
  /** Seconds since 1970: of two that ask for one thing, the oldest has it. */
  readonly createdAt: number;
  readonly state: WorkloadState;
  readonly health: Health;
  /** What it asks for, as the labels of a container would. */
  readonly labels: ReadonlyMap<string, string>;
  /** A newer one has what only one has at a time, a slot of a service or an address of an overlay. Missing: none has. */
  readonly overtaken?: Overtaken;
}

/** Who has the seat of a workload now. */
export interface Overtaken {
  readonly seat: 'slot' | 'address';
  /** Its name. */
  readonly by: string;
  readonly owner: string;
}

/** A workload of which no more is known than that it is there. All that is claimed in its id stays. */
export interface UnreadableWorkload extends Pick<WorkloadLine, 'id' | 'noun' | 'name'> {
  readonly kind: 'unreadable';
  readonly why: string;
}
