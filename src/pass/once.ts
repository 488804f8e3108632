import { pause } from '../clock.ts';
import { renderPlan } from '../diff/render.ts';
import { ApplyError } from '../errors.ts';
import type { Plan } from '../model/plan.ts';
import { type Pass, reconcile } from '../reconcile.ts';
import { peek } from './peek.ts';
import { upkeepOf } from './upkeep.ts';
import { type CommandContext, withWiring } from './with-wiring.ts';

/** What `autodock once` says, and what it could not do. */
export interface OnceReport {
  readonly text: string;
  /** One line each; not empty: exit code 1. */
  readonly failed: readonly string[];
}

/** What `autodock plan` says, and what it could not see. */
export interface PlanReport {
  readonly plan: Plan;
  readonly problems: readonly string[];
}

const FENCED_TRIES = 5;
const FENCED_PAUSE_MS = 500;

/**
 * One pass and no port: waits for every inspection to its deadline and waits out the guard. Nobody will be
 * there to end a hold, so that vhosts that no container asks for are not held.
 *
 * @throws ObserveError | ApplyError | ConfigError if the pass failed
 */
export async function runOnce(context: CommandContext): Promise<OnceReport> {
  const { config, logger: log } = context;
  return withWiring(context, 'write', async (wiring) => {
    const mode = {
      access: 'write',
      wants: 'all',
      patienceMs: Number.POSITIVE_INFINITY,
      holdMs: 0,
      hasHeartbeat: false,
    } as const;
    const stages = await wiring.stages(mode);
    await wiring.hearLast();
    let pass = await reconcile(stages);
    const passes = [pass];
    for (let tries = 1; pass.result === 'fenced' || pass.result === 'refused'; tries += 1) {
      if (pass.result === 'fenced' && tries > FENCED_TRIES) {
        throw new ApplyError('redis-refused', 'Redis: another controller of this owner is at work');
      }
      log.info({ result: pass.result }, 'Pass is repeated');
      const waitMs = pass.result === 'refused' ? config.guard.confirmAfterMs : FENCED_PAUSE_MS;
      await pause(waitMs, new AbortController().signal);
      pass = await reconcile(stages);
      passes.push(pass);
    }
    await upkeepOf(wiring, config, () => undefined).after(pass);
    return { text: textOf(passes), failed: problemsOf(pass) };
  });
}

/**
 * What a pass would change now. Reads alone: no epoch is raised, nothing is written.
 *
 * @throws ObserveError | ConfigError if Docker or Redis could not be read
 */
export async function computePlan(context: CommandContext): Promise<PlanReport> {
  return withWiring(context, 'read', async (wiring) => {
    await wiring.hearLast();
    const pass = await peek(wiring, context.config);
    return { plan: pass.plan, problems: problemsOf(pass) };
  });
}

/** What was done, pass after pass. */
function textOf(passes: readonly Pass[]): string {
  const done = passes.filter(({ applied }) => applied?.kind === 'applied');
  const told = done.length > 0 ? done : passes.slice(-1);
  return told.map(({ decision }) => renderPlan(decision.plan)).join('\n');
}

function problemsOf({ faults, workloads }: Pass): readonly string[] {
  const unread = workloads.flatMap((workload) =>
    workload.kind === 'known'
      ? []
      : [`${workload.noun} ${workload.name} could not be read: ${workload.why}; what it has stays`],
  );
  return [
    ...unread,
    ...faults.map(({ key, problem }) => `${key}: ${problem}; it is left as it is`),
  ];
}
