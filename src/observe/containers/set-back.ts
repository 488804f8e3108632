import type { ContainerLine } from '../../model/container.ts';
import { type ContainerId, type ShortId, shortId } from '../../model/ids.ts';
import type { InspectReply } from './inspection.ts';
import type { Inspections } from './inspections.ts';
import type { Probe } from './vitals.ts';

/** What the question rests on, besides the line. */
export interface SetBackContext {
  /** Whether a backend is claimed in this id. */
  readonly isRouted: (id: ShortId) => boolean;
  /** When the list before this one was asked for, the engine's clock; null: not known. */
  readonly listedBefore: number | null;
  /** When this list was asked for, likewise. */
  readonly listedAt: number | null;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/** Tells health that a probe found from health that only the engine set back; see `createSetBacks`. */
export interface SetBacks {
  /** Asks about those whose health the list shows as not good. Returns what a pass should wait for. */
  ask(lines: readonly ContainerLine[], context: SetBackContext): readonly Promise<void>[];
  /** `unknown`: an inspection has to tell, and has not yet. */
  verdict(line: ContainerLine): HealthVerdict | 'unknown';
}

/** Another life, or a probe that failed, may show in nothing but an inspection. */
const ASK_AGAIN_MS = 10_000;
/** By so much a probe may be late on a busy machine, until nobody can have made it. */
const LATE_MS = 5_000;
/** However many they are, the engine is not asked about more than twenty a second. */
const ASK_AGAIN_EACH_MS = 50;

interface Question {
  readonly line: ContainerLine;
  readonly askedAt: number;
  /** As it was when the doubt began: a later list may be one of another life. */
  readonly listedBefore: number | null;
  /** Whether it was routed when it was asked about. */
  readonly wasRouted: boolean;
  readonly answered: Promise<void>;
  verdict: HealthVerdict | 'asking' | 'failed';
  /** The life in which it was found set back; null: none was. */
  setBackIn: number | null;
}

type HealthVerdict = 'as-listed' | 'set-back';
type LifeTold = Pick<InspectReply, 'vitals' | 'firstProbeMs'>;
type Premises = Pick<SetBackContext, 'listedBefore' | 'listedAt'> &
  Pick<Question, 'wasRouted' | 'setBackIn'>;

/**
 * An engine sets the health of a running container back though no probe failed: to `starting` when it restarts under
 * live-restore, on engines from 25 on (moby#47051), and to `unhealthy` when the container is unpaused, until the next
 * probe (moby#46203). Nothing stopped, so such a container is as healthy as its last probe said.
 *
 * The engine tells when this life began and how its last probe went, and our own claims that it was routed. In this life
 * it was so if a list before the doubt showed this life, or, as whoever has just started saw none, if the life is older
 * than its first probe and no probe is told: the engine has forgotten it. Who is paused before its next probe has both
 * happen to it, and was not routed meanwhile: that it had been set back in this life is kept. What is kept of the answers
 * can be lost at any moment.
 */
export function createSetBacks(inspections: Pick<Inspections, 'confirm' | 'isHanging'>): SetBacks {
  const questions = new Map<ContainerId, Question>();

  const question = (line: ContainerLine, context: SetBackContext) => {
    const { now, listedAt, listedBefore: latest, isRouted } = context;
    const last = questions.get(line.id);
    const listedBefore = last === undefined ? latest : last.listedBefore;
    const wasRouted = isRouted(shortId(line.id));
    const setBackIn = last?.setBackIn ?? null;
    const asked: Question = {
      ...{ line, listedBefore, askedAt: now, wasRouted, setBackIn, verdict: 'asking' },
      answered: inspections.confirm(line.id, false).then((reply) => {
        asked.verdict = verdictOn(reply, { listedBefore, listedAt, wasRouted, setBackIn });
        if (asked.verdict !== 'failed') asked.setBackIn = setBackLife(asked.verdict, reply);
      }),
    };
    return asked;
  };
  const pauseMs = () => Math.max(ASK_AGAIN_MS, questions.size * ASK_AGAIN_EACH_MS);
  const isDue = (line: ContainerLine, now: number) => {
    const last = questions.get(line.id);
    if (last === undefined || last.verdict === 'failed') return true;
    if (last.verdict === 'asking') return false;
    const isOld = last.verdict === 'set-back' && now - last.askedAt >= pauseMs();
    return isOld || last.line !== line;
  };
  return {
    ask(lines, context) {
      const doubtful = lines.filter((line) => isDoubtful(line, context));
      const ids = new Set(doubtful.map(({ id }) => id));
      for (const id of outlived(questions, lines)) if (!ids.has(id)) questions.delete(id);
      for (const line of doubtful) {
        if (isDue(line, context.now)) questions.set(line.id, question(line, context));
      }
      // What hangs already is not waited for again: its end is a trigger.
      return [...questions].flatMap(([id, { verdict, answered }]) =>
        verdict === 'asking' && !inspections.isHanging(id) ? [answered] : [],
      );
    },
    verdict(line) {
      const asked = questions.get(line.id);
      if (asked === undefined || !isGated(line)) return 'as-listed';
      const { verdict, wasRouted } = asked;
      if (verdict !== 'asking' && verdict !== 'failed' && asked.line === line) return verdict;
      // Whoever was not routed has nothing to keep, and is held meanwhile.
      return wasRouted ? 'unknown' : 'as-listed';
    },
  };
}

/** All but those that are paused meanwhile: an engine that forgot their probes says unhealthy when they go on. */
function outlived(
  questions: ReadonlyMap<ContainerId, Question>,
  lines: readonly ContainerLine[],
): readonly ContainerId[] {
  const paused = new Set(lines.filter(({ state }) => state === 'paused').map(({ id }) => id));
  const isOver = ([id, { setBackIn }]: [ContainerId, Question]) =>
    setBackIn === null || !paused.has(id);
  return [...questions].filter(isOver).map(([id]) => id);
}

function setBackLife(verdict: HealthVerdict, reply: InspectReply | 'gone' | null): number | null {
  if (verdict !== 'set-back' || reply === null || reply === 'gone') return null;
  return reply.vitals.startedAt;
}

function isGated({ state, health }: ContainerLine): boolean {
  return state === 'running' && (health === 'starting' || health === 'unhealthy');
}

/** Who is starting for the first time is what the list says. */
function isDoubtful(line: ContainerLine, { isRouted }: SetBackContext): boolean {
  return isGated(line) && (line.health === 'unhealthy' || isRouted(shortId(line.id)));
}

/** Not answered: the next pass asks again. */
function verdictOn(reply: LifeTold | 'gone' | null, premises: Premises): HealthVerdict | 'failed' {
  if (reply === null) return 'failed';
  return reply === 'gone' ? 'as-listed' : judge(reply, premises);
}

/**
 * By the inspection alone: what the list shows of health may be older, for one that was paused in its life by all of the
 * time since its engine was restarted.
 */
function judge(told: LifeTold, premises: Premises): HealthVerdict {
  const { startedAt, health } = told.vitals;
  if (health === null || startedAt === null) return 'as-listed';
  if (health.status === 'healthy') return 'set-back';
  if (health.failingStreak !== 0) return 'as-listed';
  const probes = health.probes.filter((probe) => probe.startedAt >= startedAt);
  if (wasHealthyAt(probes, health.retries)) return 'set-back';
  if (probes.length === 0 && premises.setBackIn === startedAt) return 'set-back';
  if (health.status !== 'starting' || !premises.wasRouted) return 'as-listed';
  const isForgotten = probes.length === 0 && isProbed(told, premises);
  return isForgotten || isSeenBefore(startedAt, premises) ? 'set-back' : 'as-listed';
}

function isSeenBefore(startedAt: number, { listedBefore }: Premises): boolean {
  return listedBefore !== null && startedAt < listedBefore;
}

/** Whether a container is so old that its first probe has ended. */
function isProbed(
  { vitals: { startedAt, health }, firstProbeMs }: LifeTold,
  { listedAt }: Premises,
): boolean {
  if (listedAt === null || startedAt === null || firstProbeMs === null) return false;
  const probeMs = firstProbeMs + (health?.probeTimeoutMs ?? 0);
  return listedAt - startedAt > probeMs + LATE_MS;
}

/** What an engine forgets when it sets health back, its last probes still tell. */
function wasHealthyAt(probes: readonly Probe[], retries: number): boolean {
  const last = probes.findLastIndex(({ succeeded }) => succeeded);
  return last >= 0 && probes.length - 1 - last < retries;
}
