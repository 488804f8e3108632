import { compareText } from '../model/compare.ts';
import type { Claim, DesiredFrontend, Rejection, WorkloadVerdict } from '../model/frontend.ts';
import type { Vhost } from '../model/ids.ts';
import type { Judgement } from './ask.ts';
import { groupByVhost } from './group.ts';
import { HINTS_SHOWN } from './hints.ts';
import { type JudgedWorkloads, type JudgeInput, judgeAll } from './judge-all.ts';
import { verdictWithin } from './limit.ts';
import type { DesireSettings } from './settings.ts';
import { type Claims, keepClaimed, type Unjudged } from './unknown.ts';
import { isVersioned, type VersionContext } from './versions.ts';

/** What a pass saw of the workloads and of the claims, and how they are to be routed. */
export interface DesireInput extends JudgeInput {
  /** What this owner claims; looked at only when a workload is unknown or unreadable, or versions are not mixed. */
  readonly claimed: Claims;
}

/** What should be in Redis, and why. */
export interface Desired {
  /** Sorted by vhost (code units); without backends = held. Includes kept claims of unknown workloads. */
  readonly frontends: ReadonlyMap<Vhost, DesiredFrontend>;
  /** In the order of the workloads' names (code units), then ids. */
  readonly verdicts: readonly WorkloadVerdict[];
}

/** Says what should be in Redis. Pure but for its memo. */
export type Desire = (input: DesireInput) => Desired;

/** What is remembered between calls. It is derived: losing it changes no outcome, only cost. */
interface Memo {
  readonly settings: DesireSettings;
  readonly judged: JudgedWorkloads;
  /** In the order of last time's workloads; null if the claims count, too: some were unknown, or versions are not mixed. */
  readonly judgements: readonly Judgement[] | null;
  readonly desired: Desired;
}

/**
 * Makes a `Desire` with a memo: a workload that is the identical object of last time is not judged
 * again, and a frontend whose parts are unchanged is the identical object of last time.
 */
export function createDesire(): Desire {
  let memo: Memo | null = null;
  return ({ claimed, ...input }) => {
    const { settings } = input;
    const judged: JudgedWorkloads = memo?.settings === settings ? memo.judged : new WeakMap();
    const { judgements, unjudged } = judgeAll(input, judged);
    if (memo !== null && unjudged.length === 0 && haveSameItems(judgements, memo.judgements)) {
      return memo.desired;
    }
    const all = [...judgements, ...keepClaimed(unjudged, claimed)];
    const restsOnClaims = unjudged.length > 0 || judgements.some(isVersioned);
    const contextOf = versionContexts(all.some(isVersioned) ? claimed : [], unjudged);
    const desired = assemble(all, memo?.desired.frontends ?? new Map(), contextOf);
    memo = { settings, judged, desired, judgements: restsOnClaims ? null : judgements };
    return desired;
  };
}

function haveSameItems<T>(a: readonly T[], b: readonly T[] | null): boolean {
  return b !== null && a.length === b.length && a.every((item, index) => item === b[index]);
}

function versionContexts(
  claimed: Claims,
  unjudged: readonly Unjudged[],
): (vhost: Vhost) => VersionContext {
  const claims = new Map<string, Claim>(claimed);
  const unsettled = new Set(unjudged.flatMap(({ version }) => version?.key ?? []));
  return (vhost) => {
    const backends = claims.get(vhost)?.backends ?? new Map<string, readonly string[]>();
    return { claimed: new Set([...backends.values()].flat()), unsettled };
  };
}

function assemble(
  judgements: readonly Judgement[],
  last: ReadonlyMap<Vhost, DesiredFrontend>,
  contextOf: (vhost: Vhost) => VersionContext,
): Desired {
  const { frontends, denied, sharing, conflicts } = groupByVhost(judgements, last, contextOf);
  const verdicts = judgements
    .map((judgement) => {
      const verdict = verdictWithin(judgement, denied.get(judgement));
      const told = withRejections(verdict, conflicts.get(judgement) ?? []);
      return withHints(told, sharing.get(judgement) ?? []);
    })
    .sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id));
  return { frontends, verdicts };
}

/** Rejections that take no route. */
function withRejections(verdict: WorkloadVerdict, more: readonly Rejection[]): WorkloadVerdict {
  return more.length === 0 ? verdict : { ...verdict, rejections: [...verdict.rejections, ...more] };
}

function withHints(verdict: WorkloadVerdict, more: readonly string[]): WorkloadVerdict {
  if (more.length === 0) return verdict;
  return { ...verdict, hints: [...verdict.hints, ...more].slice(0, HINTS_SHOWN) };
}
