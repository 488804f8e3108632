import type { Random } from '../laws/random.ts';
import type { Ledger, Life } from './ledger.ts';
import { createPassing, type Passing } from './passing.ts';
import { createResidents, type Resident, type Residents } from './residents.ts';
import type { Site } from './stage.ts';

/** Containers coming and going on one engine. */
export interface Churn {
  /** One random thing; resolves when the engine was told. */
  step(): Promise<void>;
  /** Everything that runs goes at once. */
  removeAll(): Promise<void>;
  /** The engine ends all containers and starts them again: call `endAll` before, `reviveAll` after. */
  endAll(): void;
  reviveAll(): Promise<void>;
  /** Resolves when the engine's list shows nothing any more that has come to its end. */
  settled(): Promise<void>;
  /** How many things were done. */
  readonly steps: number;
}

/** How many containers, and whether the engine may be killed and started again. */
export interface ChurnOptions {
  readonly random: Random;
  readonly most: number;
  readonly restart: 'no' | 'always';
}

type Action = (one: Resident) => Promise<void>;

/** Lives that are over are remembered for so long: one that comes back is an old list that was written. */
const REMEMBERED_MS = 30_000;
const WAKES_PERCENT = 30;
const DEAF_PERCENT = 15;

/** Nothing runs until the first step. */
export function createChurn(site: Site, ledger: Ledger, options: ChurnOptions): Churn {
  const { random, most, restart } = options;
  const { side, engineLock } = site;
  const people = createResidents(site, ledger);
  const { running, paused } = people;
  const passing = createPassing(site, ledger, people, random);
  const remove: Action = (one) => people.end(one, one.container.remove);
  const actions = restart === 'always' ? [remove] : actionsOf(people, passing, remove);
  const deafActions = [remove, passing.tell, passing.tell];
  let steps = 0;

  // Who is deaf to its stop signal would keep everybody waiting that stops it.
  const act = (one: Resident) => random.pick(one.isDeaf ? deafActions : actions)(one);
  const start = () => {
    const isDeaf = restart === 'no' && random.percent(DEAF_PERCENT);
    return people.start(random.pick(side.hosts), { restart, isDeaf });
  };
  const something = async () => {
    const sleeper = [...paused].find(({ life }) => life.endedAt !== null);
    const fill = (100 * running.size) / most;
    if (sleeper !== undefined && random.percent(WAKES_PERCENT)) await people.wake(sleeper);
    else if (random.percent(100 - fill)) await start();
    else await act(random.pick([...running]));
  };
  return {
    get steps() {
      return steps;
    },
    async step() {
      steps += 1;
      forgetOld(side.lives);
      // Chosen within the lock, too: a fault of the engine before it gives everyone another life.
      await engineLock(something);
    },
    removeAll: async () => void (await Promise.all([...running].map(remove))),
    endAll() {
      for (const { life } of running) life.endingAt = performance.now();
    },
    reviveAll: async () => void (await Promise.all([...running].map(people.revive))),
    settled: people.settled,
  };
}

function actionsOf(people: Residents, passing: Passing, remove: Action): readonly Action[] {
  const stop: Action = (one) => people.end(one, one.container.stop, one.container.remove);
  const kill: Action = (one) => people.end(one, () => one.container.kill(), one.container.remove);
  const { drain, reconnect } = passing;
  const rare = [stop, kill, people.restart, people.pause, drain];
  return [remove, remove, remove, ...rare, reconnect, reconnect];
}

function forgetOld(lives: Set<Life>): void {
  const before = performance.now() - REMEMBERED_MS;
  for (const life of lives) {
    if (!life.isAsking && (life.goneSince ?? Number.POSITIVE_INFINITY) < before) lives.delete(life);
  }
}
