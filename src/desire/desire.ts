import { compareText } from '../model/compare.ts';
import type { ObservedContainer } from '../model/container.ts';
import type { ContainerVerdict, DesiredFrontend } from '../model/frontend.ts';
import type { Vhost } from '../model/ids.ts';
import type { Judgement } from './ask.ts';
import { groupByVhost } from './group.ts';
import { type JudgedContainers, judgeAll } from './judge-all.ts';
import { verdictWithin } from './limit.ts';
import type { DesireSettings } from './settings.ts';
import { type Claims, keepClaimed } from './unknown.ts';

/** What a pass saw of the containers, and how they are to be routed. */
export interface DesireInput {
  readonly containers: readonly ObservedContainer[];
  /** What this owner claims; looked at only when a container is unknown or unreadable. */
  readonly claimed: Claims;
  readonly settings: DesireSettings;
}

/** What should be in Redis, and why. */
export interface Desired {
  /** Sorted by vhost (code units); without backends = held. Includes kept claims of unknown containers. */
  readonly frontends: ReadonlyMap<Vhost, DesiredFrontend>;
  /** In the order of the containers' names (code units), then ids. */
  readonly verdicts: readonly ContainerVerdict[];
}

/** Says what should be in Redis. Pure but for its memo. */
export type Desire = (input: DesireInput) => Desired;

/** What is remembered between calls. It is derived: losing it changes no outcome, only cost. */
interface Memo {
  readonly settings: DesireSettings;
  readonly judged: JudgedContainers;
  /** In the order of last time's containers; null if some were unknown, as then the claims count, too. */
  readonly judgements: readonly Judgement[] | null;
  readonly desired: Desired;
}

/**
 * Makes a `Desire` with a memo: a container object that is identical to last time's is not judged
 * again, and a frontend whose parts are unchanged is the identical object of last time.
 */
export function createDesire(): Desire {
  let memo: Memo | null = null;
  return ({ containers, claimed, settings }) => {
    const judged: JudgedContainers = memo?.settings === settings ? memo.judged : new WeakMap();
    const { judgements, unjudged } = judgeAll(containers, settings, judged);
    if (memo !== null && unjudged.length === 0 && haveSameItems(judgements, memo.judgements)) {
      return memo.desired;
    }
    const all = [...judgements, ...keepClaimed(unjudged, claimed)];
    const desired = assemble(all, memo?.desired.frontends ?? new Map());
    memo = { settings, judged, desired, judgements: unjudged.length === 0 ? judgements : null };
    return desired;
  };
}

function haveSameItems<T>(a: readonly T[], b: readonly T[] | null): boolean {
  return b !== null && a.length === b.length && a.every((item, index) => item === b[index]);
}

function assemble(
  judgements: readonly Judgement[],
  last: ReadonlyMap<Vhost, DesiredFrontend>,
): Desired {
  const { frontends, beyondLimit } = groupByVhost(judgements, last);
  const verdicts = judgements
    .map((judgement) => verdictWithin(judgement, beyondLimit.get(judgement)))
    .sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id));
  return { frontends, verdicts };
}
