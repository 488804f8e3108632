import { compareText } from '../model/compare.ts';
import type { KnownContainer, ObservedContainer } from '../model/container.ts';
import { escapeText } from '../model/escape.ts';
import type { ContainerVerdict, DesiredFrontend } from '../model/frontend.ts';
import type { Vhost } from '../model/ids.ts';
import type { Judgement } from './ask.ts';
import type { SettledStack } from './backend.ts';
import { groupByVhost } from './group.ts';
import { judge } from './judge.ts';
import { keepOf } from './keep.ts';
import { verdictWithin } from './limit.ts';
import { containerFinder, type NetworkStack, stackOf } from './network-stack.ts';
import type { DesireSettings } from './settings.ts';
import { type Claims, keepClaimed, type Unjudged } from './unknown.ts';

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

/** A judgement, and the two things besides the settings that it rests on. */
interface Remembered {
  /** Whose network the container shares, or whether it has its own or has lost it. */
  readonly holder: KnownContainer | 'own' | 'gone';
  readonly judgement: Judgement;
}

/** What is remembered between calls. It is derived: losing it changes no outcome, only cost. */
interface Memo {
  readonly settings: DesireSettings;
  readonly judged: WeakMap<KnownContainer, Remembered>;
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
    const judged = memo?.settings === settings ? memo.judged : new WeakMap();
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

interface Judged {
  readonly judgements: readonly Judgement[];
  readonly unjudged: readonly Unjudged[];
}

function judgeAll(
  containers: readonly ObservedContainer[],
  settings: DesireSettings,
  judged: WeakMap<KnownContainer, Remembered>,
): Judged {
  const find = containerFinder(containers);
  const judgements: Judgement[] = [];
  const unjudged: Unjudged[] = [];
  for (const container of containers) {
    const stack = container.kind === 'unreadable' ? OWN : stackOf(container, find);
    if (container.kind === 'known' && stack.kind !== 'unknown') {
      judgements.push(judgeOnce(container, stack, settings, judged));
    } else {
      const keep = keepOf(container, stack, settings);
      unjudged.push({ container, keep, why: whyUnknown(container, stack) });
    }
  }
  return { judgements, unjudged };
}

const OWN: NetworkStack = { kind: 'own' };

function judgeOnce(
  container: KnownContainer,
  stack: SettledStack,
  settings: DesireSettings,
  judged: WeakMap<KnownContainer, Remembered>,
): Judgement {
  const holder = stack.kind === 'shared' ? stack.holder : stack.kind;
  const remembered = judged.get(container);
  if (remembered?.holder === holder) {
    return remembered.judgement;
  }
  const judgement = judge(container, stack, settings);
  judged.set(container, { holder, judgement });
  return judgement;
}

function whyUnknown(container: ObservedContainer, stack: NetworkStack): string {
  if (container.kind !== 'known') {
    return container.why;
  }
  const holder = stack.kind === 'unknown' ? escapeText(stack.holder.name) : 'another';
  return `the container whose network it shares, ${holder}, is unknown`;
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
