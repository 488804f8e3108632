import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../laws/random.ts';
import { waitUntil } from '../parts/wait-for.ts';
import type { Churn } from './churn.ts';
import { loseStore } from './ledger.ts';
import type { Stage } from './stage.ts';

/** Something that goes wrong, and is over when the promise resolves. */
export type FaultAct = () => Promise<void>;

/** What the faults need beside the stage. */
export interface FaultOptions {
  readonly random: Random;
  readonly main: Churn;
  readonly second: Churn;
  /** The store lost its data: scores begin anew. */
  readonly onStoreLost: () => void;
}

const SHORT_MS = 500;
/** Each of the front's processes tries again after a second. */
const REDIS_RETURNS_MS = 5_000;

/** Every fault by its name. */
export function faultsOf(stage: Stage, options: FaultOptions): Readonly<Record<string, FaultAct>> {
  const { random } = options;
  /** A time between half a second and so many seconds. */
  const aWhile = (seconds: number) => sleep(SHORT_MS + random.int(seconds * 1_000 - SHORT_MS));
  return {
    ...controllerFaults(stage, aWhile),
    ...redisFaults(stage, options, aWhile),
    ...engineFaults(stage, options, aWhile),
  };
}

type AWhile = (seconds: number) => Promise<void>;

function controllerFaults({ main, second, rival }: Stage, aWhile: AWhile) {
  return {
    'controller killed': () => main.controller.restart(),
    'other controller killed': () => second.controller.restart(),
    'controller away': async () => {
      await main.controller.end('SIGKILL');
      await aWhile(4);
      await main.controller.restart();
    },
    'controller stands still': async () => {
      main.controller.signal('SIGSTOP');
      await aWhile(6);
      main.controller.signal('SIGCONT');
    },
    'second controller of one owner': async () => {
      const other = await rival();
      try {
        await other.waitReady();
        await aWhile(4);
      } finally {
        await other.close();
      }
    },
  };
}

function redisFaults(stage: Stage, { onStoreLost }: FaultOptions, aWhile: AWhile) {
  const { redis, ledger, exclusive, front } = stage;
  const away = async (act: () => Promise<unknown>) => {
    ledger.redisAwayUntil = Number.POSITIVE_INFINITY;
    await act();
    await waitUntil('the front to have its Redis back', async () => {
      const { redis: seen, routes } = await front.status();
      return seen.reachable && routes === 'redis';
    });
    ledger.redisAwayUntil = performance.now() + REDIS_RETURNS_MS;
  };
  /** No sample and no write of ours runs meanwhile, so that it is known what is lost. */
  const losing = (act: () => Promise<unknown>) =>
    exclusive(async () => {
      ledger.isStoreInDoubt = true;
      await act();
      loseStore(ledger);
      onStoreLost();
      ledger.isStoreInDoubt = false;
    });
  return {
    'Redis killed, empty afterwards': () => away(() => losing(() => redis.restart())),
    'Redis flushed': () => losing(() => redis.client.flushall()),
    'Redis frozen': () =>
      away(async () => {
        redis.kill('SIGSTOP');
        await aWhile(6);
        redis.kill('SIGCONT');
      }),
    'connections to Redis cut': () =>
      away(() => redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')),
    'scripts of Redis flushed': async () => {
      await redis.client.script('FLUSH');
    },
  };
}

function engineFaults(
  { main: { gate }, second: { engine, engineLock } }: Stage,
  { main, second }: FaultOptions,
  aWhile: AWhile,
) {
  const restart = (signal: 'SIGTERM' | 'SIGKILL') => () =>
    engineLock(async () => {
      second.endAll();
      await engine.signal(signal);
      await aWhile(2);
      await engine.start();
      await second.reviveAll();
    });
  return {
    'engine killed': restart('SIGKILL'),
    'engine restarted': restart('SIGTERM'),
    'engine frozen': () =>
      engineLock(async () => {
        await engine.signal('SIGSTOP');
        await aWhile(8);
        await engine.start();
      }),
    'engine away, event stream cut': async () => {
      await gate.shut();
      await aWhile(3);
      await gate.open();
    },
    'engine answers nothing': async () => {
      gate.freeze();
      await aWhile(6);
      gate.thaw();
    },
    'events lost': async () => {
      gate.loseEvents(true);
      await aWhile(4);
      gate.loseEvents(false);
    },
    'all containers removed at once': () => main.removeAll(),
  };
}
