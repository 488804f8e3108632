import type { KnownContainer } from '../model/container.ts';
import { type Drain, type Drains, NO_DRAINS } from '../model/drain.ts';
import { escapeText } from '../model/escape.ts';
import { shortId } from '../model/ids.ts';
import type { KnownWorkload, Workload } from '../model/workload.ts';
import type { Judgement } from './ask.ts';
import type { SettledStack } from './backend.ts';
import { judge } from './judge.ts';
import { keepOf } from './keep.ts';
import { containerFinder, type NetworkStack, stackOf } from './network-stack.ts';
import type { DesireSettings } from './settings.ts';
import type { Unjudged } from './unknown.ts';
import { versionOf } from './versions.ts';

/**
 * What was judged under one and the same settings: a judgement rests on the workload, on whose
 * network it has, and on who drained it, and on nothing else.
 */
export type JudgedWorkloads = WeakMap<KnownWorkload, Remembered>;

interface Remembered {
  /** The container whose network is shared; in words, where it is its own or is gone. */
  readonly holder: KnownContainer | string;
  readonly drain: Drain | null;
  readonly judgement: Judgement;
}

/** What a pass saw of the workloads, and how they are to be routed. */
export interface JudgeInput {
  readonly workloads: readonly Workload[];
  /** Who is drained. Default: nobody. */
  readonly drains?: Drains;
  /** Whether addresses were dealt anew since it was claimed, as after a boot of the host. Default: they were not. */
  readonly areClaimsOld?: boolean;
  readonly settings: DesireSettings;
}

/** All workloads: those that could be judged, and those that could not. */
export interface Judged {
  readonly judgements: readonly Judgement[];
  readonly unjudged: readonly Unjudged[];
}

const OWN: NetworkStack = { kind: 'own' };

/** Judges every workload of which all is known, but none twice. */
export function judgeAll(
  { workloads, settings, drains = NO_DRAINS, areClaimsOld = false }: JudgeInput,
  judged: JudgedWorkloads,
): Judged {
  const find = containerFinder(workloads);
  const judgements: Judgement[] = [];
  const unjudged: Unjudged[] = [];
  for (const workload of workloads) {
    const stack = workload.kind === 'unreadable' ? OWN : stackOf(workload, find);
    const drain = drains.get(shortId(workload.id)) ?? null;
    if (workload.kind === 'known' && stack.kind !== 'unknown') {
      judgements.push(judgeOnce({ workload, stack, settings, drain }, judged));
    } else {
      const keep = keepOf(workload, stack, settings, { drain, areClaimsOld });
      const version = versionOf(workload, settings);
      unjudged.push({ workload, keep, version, why: whyUnknown(workload, stack) });
    }
  }
  return { judgements, unjudged };
}

interface Judging {
  readonly workload: KnownWorkload;
  readonly stack: SettledStack;
  readonly settings: DesireSettings;
  readonly drain: Drain | null;
}

function judgeOnce(
  { workload, stack, settings, drain }: Judging,
  judged: JudgedWorkloads,
): Judgement {
  const holder = holderOf(stack);
  const remembered = judged.get(workload);
  if (remembered?.holder === holder && remembered.drain?.text === drain?.text) {
    return remembered.judgement;
  }
  const judgement = judge(workload, stack, settings, drain);
  judged.set(workload, { holder, drain, judgement });
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

function whyUnknown(workload: Workload, stack: NetworkStack): string {
  if (workload.kind !== 'known') {
    return workload.why;
  }
  const holder = stack.kind === 'unknown' ? escapeText(stack.holder.name) : 'another';
  return `the container whose network it shares, ${holder}, is unknown`;
}
