import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, randomFrom } from '../laws/random.ts';
import { type Churn, createChurn } from './churn.ts';
import { faultsOf } from './faults.ts';
import { note } from './ledger.ts';
import type { Stage } from './stage.ts';
import { createStrangers, type Strangers } from './strangers.ts';

/** All that happens by chance. */
export interface Actors {
  readonly main: Churn;
  readonly second: Churn;
  readonly strangers: Strangers;
  /** Fault to how often it was made and survived. */
  readonly survived: ReadonlyMap<string, number>;
  /** Everybody acts until then (`performance.now()`); resolves when the last one is done. */
  act(until: number): Promise<void>;
}

/** On average half of them run. */
const MAIN_MOST = 28;
const SECOND_MOST = 4;

const PAUSE_MS = { main: 500, second: 1_500, strangers: 700, faults: 2_000 };

/** A stream of chance for each actor: so what one does follows from the seed, not from the others' speed. */
export function createActors(stage: Stage, seed: number, onStoreLost: () => void): Actors {
  const chance = (actor: number) => randomFrom(seed * 31 + actor);
  const main = createChurn(stage.main, stage.ledger, {
    random: chance(1),
    most: MAIN_MOST,
    restart: 'no',
  });
  const second = createChurn(stage.second, stage.ledger, {
    random: chance(2),
    most: SECOND_MOST,
    restart: 'always',
  });
  const strangers = createStrangers(stage, chance(3));
  const faults = faultsOf(stage, { random: chance(4), main, second, onStoreLost });
  const survived = new Map(Object.keys(faults).map((name) => [name, 0]));
  const order = chance(5);
  let waiting: readonly string[] = [];
  /** Each once, in random order, before any comes again. */
  const fault = async () => {
    if (waiting.length === 0) waiting = shuffled(Object.keys(faults), order);
    const [name = '', ...rest] = waiting;
    waiting = rest;
    note(stage.ledger, `fault begins: ${name}`);
    await faults[name]?.();
    note(stage.ledger, `fault ends: ${name}`);
    stage.ledger.calmSince = performance.now();
    survived.set(name, (survived.get(name) ?? 0) + 1);
  };
  const cast = [
    { act: main.step, pauseMs: PAUSE_MS.main, random: chance(6) },
    { act: second.step, pauseMs: PAUSE_MS.second, random: chance(7) },
    { act: strangers.step, pauseMs: PAUSE_MS.strangers, random: chance(8) },
    { act: fault, pauseMs: PAUSE_MS.faults, random: chance(9) },
  ] as const;
  return {
    main,
    second,
    strangers,
    survived,
    act: async (until) => {
      await Promise.all(
        cast.map(async ({ act, pauseMs, random }) => {
          for (;;) {
            await sleep(random.int(2 * pauseMs));
            if (performance.now() >= until) return;
            await act();
          }
        }),
      );
    },
  };
}

function shuffled(items: readonly string[], random: Random): readonly string[] {
  return items
    .map((item) => [random.int(2 ** 30), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
