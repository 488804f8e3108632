import { ApplyError } from '../errors.ts';
import { CHANGE_KINDS, type ChangeKind } from '../model/plan.ts';

/** What became of one vhost. */
export type AppliedVhost =
  /** `none`: somebody else had done it already. */
  | { readonly vhost: string; readonly kind: ChangeKind | 'none' }
  /** It was left alone, because of what stands at a key. */
  | {
      readonly vhost: string;
      readonly kind: 'fault';
      readonly key: string;
      readonly problem: string;
    };

/** The same of what a lapsed owner had there; `last`: nobody else's backend stands beside it. */
export type ReapedVhost = AppliedVhost | { readonly vhost: string; readonly kind: 'last' };

/** What `apply.lua` tells of one batch. */
export type BatchReply =
  | { readonly kind: 'fenced' }
  | {
      readonly kind: 'applied';
      readonly marksMoved: number;
      /** Vhosts that were not given all they should get, for lack of memory. */
      readonly lacking: number;
      readonly results: readonly AppliedVhost[];
    };

/** What became of an edit. */
export interface EditResult {
  readonly result: AppliedVhost;
  /** Entries that were to go, and stay because an owner claims them. */
  readonly spared: number;
}

/** @throws ApplyError if `apply.lua` cannot have replied this to a batch of these vhosts */
export function parseReply(reply: unknown, vhosts: readonly string[]): BatchReply {
  const [kind, marksMoved, lacking, ...results]: readonly unknown[] = Array.isArray(reply)
    ? reply
    : [];
  if (kind === 'fenced') return { kind };
  if (kind !== 'applied' || results.length !== vhosts.length) throw malformed();
  return {
    kind,
    marksMoved: Number(marksMoved),
    lacking: Number(lacking),
    results: vhosts.map((vhost, index) => parseResult(vhost, results[index])),
  };
}

/** @throws ApplyError if `edit.lua` cannot have replied this to an edit of this vhost */
export function parseEditReply(reply: unknown, vhost: string): EditResult {
  const [result, spared]: readonly unknown[] = Array.isArray(reply) ? reply : [];
  return { result: parseResult(vhost, result), spared: Number(spared) };
}

/** @throws ApplyError if these cannot be the results for these vhosts, one for each */
export function parseResults(reply: unknown, vhosts: readonly string[]): readonly AppliedVhost[] {
  const results: readonly unknown[] = Array.isArray(reply) ? reply : [];
  if (results.length !== vhosts.length) throw malformed();
  return vhosts.map((vhost, index) => parseResult(vhost, results[index]));
}

/**
 * @returns null: the owner came back
 * @throws ApplyError if `reap.lua` cannot have replied this about these vhosts
 */
export function parseReapReply(
  reply: unknown,
  vhosts: readonly string[],
): readonly ReapedVhost[] | null {
  const [kind, ...results]: readonly unknown[] = Array.isArray(reply) ? reply : [];
  if (kind === 'returned') return null;
  if (kind !== 'reaped' || results.length !== vhosts.length) throw malformed();
  return vhosts.map((vhost, index) => {
    const result = results[index];
    return result === 'last' ? { vhost, kind: result } : parseResult(vhost, result);
  });
}

function parseResult(vhost: string, result: unknown): AppliedVhost {
  if (Array.isArray(result)) {
    const [key, problem]: readonly unknown[] = result;
    return { vhost, kind: 'fault', key: String(key), problem: String(problem) };
  }
  const kind = [...CHANGE_KINDS, 'none' as const].find((known) => known === result);
  if (kind === undefined) throw malformed();
  return { vhost, kind };
}

function malformed(): ApplyError {
  return new ApplyError('redis-malformed', 'Redis: the reply to a write makes no sense');
}
