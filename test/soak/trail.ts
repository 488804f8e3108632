import { setTimeout as sleep } from 'node:timers/promises';
import { compareText } from '../../src/model/compare.ts';
import { type Ledger, livesOf } from './ledger.ts';
import { type Sample, takeSample } from './sample.ts';
import type { Stage } from './stage.ts';

/** Follows what should not be to its cause. */
export interface Trails {
  /** Notes all that is known of a host around now, under a title. */
  follow(title: string, host: string): void;
  /** Resolves when all is noted. */
  settled(): Promise<void>;
}

const BEFORE_MS = 15_000;
/** What the controllers say of it comes a little later. */
const AFTER_MS = 1_000;

/** @param onFound is told what was found, a text each */
export function createTrails(stage: Stage, onFound: (trail: string) => void): Trails {
  const followed = new Map<string, Promise<void>>();
  const trail = async (title: string, host: string) => {
    const since = new Date(Date.now() - BEFORE_MS).toISOString();
    const sample = await stage.exclusive(() => takeSample(stage.redis.client));
    const known = [seenOf(sample, host), ...ledgerOf(stage.ledger, host)];
    await sleep(AFTER_MS);
    onFound([`how it came to ${title}`, ...known, ...toldSince(stage, since, host)].join('\n    '));
    followed.delete(host);
  };
  return {
    follow(title, host) {
      // The same thing seen again at once has the same cause.
      if (!followed.has(host)) followed.set(host, trail(title, host));
    },
    settled: async () => void (await Promise.all(followed.values())),
  };
}

function seenOf({ lists, claims, marks }: Sample, host: string): string {
  const claimed = [...claims].map(([owner, vhosts]) => [owner, vhosts.get(host)]);
  return JSON.stringify({ list: lists.get(host), claimed, marks: marks.get(host) });
}

function ledgerOf(ledger: Ledger, host: string): readonly string[] {
  const { isStoreInDoubt, redisAwayUntil, calmSince, excusedAt } = ledger;
  const times = {
    now: performance.now(),
    redisAwayUntil,
    calmSince,
    excusedAt: excusedAt.get(host),
  };
  return [
    JSON.stringify({ ...times, isStoreInDoubt }),
    ...livesOf(ledger, host).map((life) => JSON.stringify(life)),
  ];
}

/** The soak's own steps and the controllers' logs, by time: of this host, and of all of them. */
function toldSince({ ledger, main, second }: Stage, since: string, host: string) {
  const told = [main, second].flatMap(({ side, controller }) =>
    controller.logs
      .slice(-1_000)
      .map(({ time, ...line }) => `${String(time)} ${side.owner} ${JSON.stringify(line)}`),
  );
  const others = new Set(ledger.sides.flatMap(({ hosts }) => hosts).filter((one) => one !== host));
  return [...ledger.journal.slice(-1_000), ...told]
    .filter((line) => line >= since)
    .filter((line) => line.includes(host) || ![...others].some((other) => line.includes(other)))
    .sort(compareText);
}
