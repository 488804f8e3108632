import type { BackendUrl, Owner, ShortId, Vhost, WorkloadId } from './ids.ts';

/**
 * An owner's record for one vhost: which backends it put there, for which containers, or since when
 * it holds the vhost. `backends` and `heldSince` exclude each other.
 */
export interface Claim {
  /** URL to the container's short id, once for each copy that this owner put there. */
  readonly backends: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds, Redis' clock; null while not held. */
  readonly heldSince: number | null;
  /**
   * What it had there, as `backends`, until others took that out of the list because its lease was over: nothing of it
   * is there or counts, and its owner finds it here when it comes back. Then the other two say nothing.
   */
  readonly lapsed?: ReadonlyMap<string, readonly string[]>;
}

/** What stands at `frontend:<vhost>`. */
export type FrontendList =
  | { readonly kind: 'absent' }
  | { readonly kind: 'list'; readonly identifier: string; readonly entries: readonly string[] }
  | { readonly kind: 'wrong-type'; readonly type: string }
  /** More than {@link LONGEST_LIST} entries: not read to its end, never written. */
  | { readonly kind: 'too-long' };

/**
 * Backends that a frontend's list may hold, everybody's together. Ours are at most a thousand for each
 * vhost; whoever fills a list beyond this cannot make us, or Redis, work on all of it.
 */
export const LONGEST_LIST = 10_000;

/** One vhost as Redis shows it: the list, and every owner's claim (absent: no claim). */
export interface ObservedFrontend {
  readonly vhost: string;
  readonly list: FrontendList;
  /** `malformed`: text that cannot be read as a claim; such a vhost is reported and never written. */
  readonly claims: ReadonlyMap<Owner, Claim | 'malformed'>;
  /** What the containers of each owner ask of fronts, as text (options.ts); missing: nobody asks anything. */
  readonly options?: ReadonlyMap<Owner, string>;
}

/** Whose backend an entry is: claimed by this controller, by another owner, or by none. */
export const BACKEND_OWNERS = ['self', 'other', 'foreign'] as const;
/** One of {@link BACKEND_OWNERS}. */
export type BackendOwner = (typeof BACKEND_OWNERS)[number];

/** One entry of a frontend's list, with whom it belongs to. Its position is its slot. */
export interface OwnedBackend {
  readonly url: string;
  readonly owner: BackendOwner;
  /** Who claims it; null: foreign. */
  readonly ownerId: Owner | null;
  /** Short ids of the containers that it stands for; none if it is foreign. */
  readonly containers: readonly string[];
}

/** One URL that should be in a frontend's list, `ids.length` times. */
export interface DesiredBackend {
  readonly url: BackendUrl;
  /** The short id of the container that it stands for, once for each copy (the weight). */
  readonly ids: readonly ShortId[];
}

/** What should be in Redis for one vhost. Without backends the vhost is held (503 instead of 404). */
export interface DesiredFrontend {
  readonly vhost: Vhost;
  /** Written only if the frontend is created: the primary vhost of its oldest container. */
  readonly identifier: string;
  /** Sorted by URL (code units), each URL once. */
  readonly backends: readonly DesiredBackend[];
  /**
   * What its containers ask of fronts, as text (options.ts); empty: nothing. Missing: that is not known of all of
   * them, so that it stays as it is.
   */
  readonly options?: string;
}

/** Why a workload that asks for a route cannot have it. A closed set: also a metric's label. */
export const REJECTION_REASONS = [
  'bad-vhost',
  'bad-port',
  'port-not-exposed',
  'port-not-published',
  'no-address',
  'unreachable-network',
  'older-than-network',
  'starting',
  'unhealthy',
  'paused',
  'restarting',
  'stopping',
  'drained',
  'older-version',
  'disabled',
  'one-off',
  'bad-label',
  'limit',
  'conflict',
  'stale-address',
  'loop',
  'unreadable',
] as const;

/** One of {@link REJECTION_REASONS}. */
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** A request for a route that cannot be met: what was seen, and what to write instead. */
export interface Rejection {
  readonly reason: RejectionReason;
  /** The vhost as asked for, escaped and cut; null if a label or a limit is meant. */
  readonly vhost: string | null;
  readonly detail: string;
  readonly remedy: string;
}

/** One met request. */
export interface Route {
  readonly vhost: Vhost;
  readonly url: BackendUrl;
  readonly weight: number;
}

/**
 * `routed` if any of its vhosts is, else its first rejection's reason; `unknown` cannot be read, `silent` asks for
 * nothing. Only who is routed is told of a conflict.
 */
export type Verdict =
  | 'routed'
  | 'unknown'
  | 'silent'
  | Exclude<RejectionReason, 'unreadable' | 'conflict'>;
/** Every {@link Verdict}. A closed set: also a metric's label. */
export const VERDICTS: readonly Verdict[] = [
  'routed',
  'unknown',
  'silent',
  ...REJECTION_REASONS.filter((reason) => reason !== 'unreadable' && reason !== 'conflict'),
];

/** What was decided about one workload, for people: API, page, `explain`. */
export interface WorkloadVerdict {
  readonly id: WorkloadId;
  /** What people call such a thing: `container`. */
  readonly noun: string;
  readonly name: string;
  readonly verdict: Verdict;
  readonly routes: readonly Route[];
  readonly rejections: readonly Rejection[];
  /** Near misses, e.g. `VIRTUAL_HOST` is set and `VIRTUALHOST` is not. */
  readonly hints: readonly string[];
}
