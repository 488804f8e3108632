import type { Claim, DesiredBackend } from './frontend.ts';
import type { Epoch, Owner } from './ids.ts';

/**
 * One vhost's part of a write: *these backends of mine present, all others of mine absent*. It says
 * nothing about slots: the script lays them out on the list as it is when it runs.
 */
export interface FrontendWrite {
  readonly vhost: string;
  /** Used only if the frontend is created. */
  readonly identifier: string;
  readonly backends: readonly DesiredBackend[];
  /** A container asks for this vhost and none is routable: hold it for as long as that is so. */
  readonly asked: boolean;
  /** What fronts are asked for the vhost, as text (options.ts); empty: nothing. Missing: it stays as it is. */
  readonly options?: string;
}

/**
 * A person's change of one vhost, by no owner: what it adds is foreign to every controller, and what a controller
 * claims it takes only by force.
 */
export type FrontendEdit = { readonly vhost: string; readonly identifier: string } & (
  | { readonly kind: 'add'; readonly url: string }
  /** Takes every entry that is one of these texts. */
  | { readonly kind: 'remove'; readonly texts: readonly string[]; readonly force: boolean }
  /** Takes every entry. */
  | { readonly kind: 'clear'; readonly force: boolean }
);

/** A frontend's list at one moment; null: no such key. */
export type ListSnapshot = {
  readonly identifier: string;
  readonly entries: readonly string[];
} | null;

/**
 * What a write does to one vhost.
 * `create`, `update`, `hold`, `delete`: the list changes. `claim`, `release`: only our record does.
 */
export const CHANGE_KINDS = ['create', 'update', 'hold', 'delete', 'claim', 'release'] as const;
/** One of {@link CHANGE_KINDS}. */
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One step of a plan: what was read, what will be, and the write that makes it so. */
export interface Change {
  readonly kind: ChangeKind;
  readonly vhost: string;
  readonly before: ListSnapshot;
  readonly after: ListSnapshot;
  /** Our own claim as it was read. */
  readonly claimBefore: Claim;
  readonly write: FrontendWrite;
}

/** A vhost that cannot be written: the key at fault and what stands there. */
export interface Fault {
  readonly vhost: string;
  readonly key: string;
  readonly problem: string;
}

/** All steps of a pass: plain and sorted by vhost (code units), one change per vhost at most. */
export interface Plan {
  readonly owner: Owner;
  /** null: observed for reading alone (`autodock plan`), cannot be applied. */
  readonly epoch: Epoch | null;
  readonly changes: readonly Change[];
  readonly faults: readonly Fault[];
  /** Foreign backends within frontends that we claim: `<vhost> <url>`, sorted. */
  readonly foreign: readonly string[];
  /** Names of containers whose claims are kept because they could not be read. */
  readonly unknown: readonly string[];
}
