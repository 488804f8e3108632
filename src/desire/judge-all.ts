import type { KnownContainer, ObservedContainer } from '../model/container.ts';
import { escapeText } from '../model/escape.ts';
import type { Judgement } from './ask.ts';
import type { SettledStack } from './backend.ts';
import { judge } from './judge.ts';
import { keepOf } from './keep.ts';
import { containerFinder, type NetworkStack, stackOf } from './network-stack.ts';
import type { DesireSettings } from './settings.ts';
import type { Unjudged } from './unknown.ts';

/**
 * What was judged under one and the same settings: a judgement rests on the container and on whose
 * network it has, and on nothing else.
 */
export type JudgedContainers = WeakMap<KnownContainer, Remembered>;

interface Remembered {
  /** The container whose network is shared; in words, where that is none other or is gone. */
  readonly holder: KnownContainer | string;
  readonly judgement: Judgement;
}

/** All containers: those that could be judged, and those that could not. */
export interface Judged {
  readonly judgements: readonly Judgement[];
  readonly unjudged: readonly Unjudged[];
}

const OWN: NetworkStack = { kind: 'own' };

/** Judges every container of which all is known, but none twice. */
export function judgeAll(
  containers: readonly ObservedContainer[],
  settings: DesireSettings,
  judged: JudgedContainers,
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

function judgeOnce(
  container: KnownContainer,
  stack: SettledStack,
  settings: DesireSettings,
  judged: JudgedContainers,
): Judgement {
  const holder = holderOf(stack);
  const remembered = judged.get(container);
  if (remembered?.holder === holder) {
    return remembered.judgement;
  }
  const judgement = judge(container, stack, settings);
  judged.set(container, { holder, judgement });
  return judgement;
}

function holderOf(stack: SettledStack): KnownContainer | string {
  switch (stack.kind) {
    case 'own':
      return 'own';
    case 'shared':
      return stack.holder;
    case 'gone':
      return `gone: ${stack.reference}`;
  }
}

function whyUnknown(container: ObservedContainer, stack: NetworkStack): string {
  if (container.kind !== 'known') {
    return container.why;
  }
  const holder = stack.kind === 'unknown' ? escapeText(stack.holder.name) : 'another';
  return `the container whose network it shares, ${holder}, is unknown`;
}
