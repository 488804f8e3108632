import { randomFrom } from '../laws/random.ts';
import { residentMib } from '../parts/controller.ts';
import { type Actors, createActors } from './actors.ts';
import { calmDown } from './calm.ts';
import { renderViolation, type SoakReport } from './report.ts';
import { openStage, type Stage } from './stage.ts';
import { startTraffic } from './traffic.ts';
import { createTrails } from './trail.ts';
import { startWatch, type Watch } from './watch.ts';

/** How long, by which chance. */
export interface SoakOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Ends it after the round under way. */
  readonly signal: AbortSignal;
  /** A line for people while it goes on. */
  readonly onLine: (line: string) => void;
}

/** Faults and churn for so long, then calm until all is right. */
const ROUND_MS = 12_000;
const VIOLATIONS_AT_MOST = 20;

/** Real parts under random churn and random faults, with every invariant checked all the time. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const stage = await openStage();
  try {
    return await soak(stage, options);
  } finally {
    await stage.close();
  }
}

async function soak(stage: Stage, options: SoakOptions): Promise<SoakReport> {
  const { seconds, seed, signal, onLine } = options;
  const { ledger, front, main } = stage;
  const trails = createTrails(stage, onLine);
  const watch = startWatch(stage, trails);
  const actors = createActors(stage, seed, watch.onStoreLost);
  const { hosts } = main.side;
  const random = randomFrom(seed);
  const traffic = startTraffic({ port: front.port, ledger, hosts, random, trails });
  const convergedMs: number[] = [];
  const memoryMib: number[] = [];
  let told = 0;
  const until = performance.now() + seconds * 1_000;
  do {
    await actors.act(Math.min(until, performance.now() + ROUND_MS));
    convergedMs.push(await calmDown(stage, actors.main, actors.second));
    memoryMib.push(residentMib(main.controller.pid));
    const leftSeconds = Math.max(0, Math.round((until - performance.now()) / 1_000));
    onLine(`${leftSeconds} s left: ${progress(actors, watch)}`);
    for (const violation of watch.violations.slice(told)) onLine(renderViolation(violation));
    told = watch.violations.length;
    if (watch.violations.length >= VIOLATIONS_AT_MOST) break;
  } while (performance.now() < until && !signal.aborted);
  const requests = await traffic.stop();
  await watch.stop();
  await trails.settled();
  return {
    seed,
    survived: actors.survived,
    steps: stepsOf(actors),
    samples: watch.samples(),
    violations: watch.violations,
    latenessMs: watch.latenessMs,
    convergedMs,
    memoryMib,
    requests,
  };
}

function stepsOf({ main, second, strangers }: Actors): SoakReport['steps'] {
  return { containers: main.steps + second.steps, strangers: strangers.steps };
}

function progress(actors: Actors, { samples, violations }: Watch): string {
  const faults = [...actors.survived.values()].reduce((all, times) => all + times, 0);
  const { containers, strangers } = stepsOf(actors);
  return (
    `${faults} faults, ${containers} steps of containers, ${strangers} of strangers, ` +
    `${samples()} samples, ${violations.length} violations`
  );
}
