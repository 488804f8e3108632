import { monotonic } from '../clock.ts';
import { nextHoldEnd } from '../diff/hold-end.ts';
import { growingMs } from '../model/growing-pause.ts';
import type { Workload } from '../model/workload.ts';
import type { Pass } from '../reconcile.ts';
import type { PassRunnerOptions } from './runner.ts';

/** Timers and clocks need not agree to the millisecond. */
const MARGIN_MS = 20;
/** What could not be found out is asked again after a second. */
const FIRST_RETRY_MS = 1_000;
/** No event tells that the next probe failed of one whose health the engine set back: it was not good before. */
const SET_BACK_MS = 10_000;

/** Asks for the passes that a pass makes necessary by itself: what ends by time alone, and what is not known yet. */
export function createNextPasses(
  options: Pick<PassRunnerOptions, 'config' | 'wiring' | 'later'>,
): (pass: Pass) => void {
  const unknownLeftMs = createRetry(options.config.resync.intervalMs);
  return (pass) => {
    // The loop itself runs a fenced pass again.
    if (pass.result === 'fenced') return;
    const { later, wiring } = options;
    const wishes = {
      guard: guardLeftMs(pass, options),
      hold: holdLeftMs(pass, options),
      stopping: wiring.nextStopEndMs(),
      inspection: unknownLeftMs(pass) ?? setBackLeftMs(pass),
    };
    if (wishes.guard !== null) later('guard', wishes.guard);
    if (wishes.hold !== null) later('hold', wishes.hold + MARGIN_MS);
    if (wishes.stopping !== null) later('stopping', wishes.stopping + MARGIN_MS);
    if (wishes.inspection !== null) later('inspection', wishes.inspection + MARGIN_MS);
  };
}

function setBackLeftMs({ workloads }: Pass): number | null {
  const isSetBack = (one: Workload) =>
    one.kind === 'known' && one.reach === 'networks' && one.setBackTo !== null;
  return workloads.some(isSetBack) ? SET_BACK_MS : null;
}

type Context = Pick<PassRunnerOptions, 'config'>;

/** At once where the pass did something: what it put off may be too little now to be put off. */
function guardLeftMs({ applied, decision }: Pass, { config }: Context): number | null {
  const { refusingSince } = decision.state;
  if (decision.putOff.length === 0 || refusingSince === null) return null;
  if (applied?.kind === 'applied') return 0;
  return refusingSince + config.guard.confirmAfterMs - monotonic();
}

function holdLeftMs({ after, desired, plan, opening }: Pass, { config }: Context): number | null {
  const { owner } = plan;
  const { holdMs } = config;
  return nextHoldEnd({
    frontends: after,
    desired: desired.frontends,
    owner,
    now: opening.now,
    holdMs,
  });
}

/** The longer the same ones are unknown, the later. */
function createRetry(longestMs: number): (pass: Pass) => number | null {
  let last = '';
  let times = 0;
  return ({ workloads }) => {
    const unknown = workloads.filter(({ kind }) => kind === 'unknown').map(({ id }) => id);
    const names = unknown.join();
    times = names === last ? times + 1 : 1;
    last = names;
    return names === '' ? null : growingMs({ firstMs: FIRST_RETRY_MS, longestMs }, times);
  };
}
