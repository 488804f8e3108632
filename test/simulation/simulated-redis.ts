import type { RedisConnection } from '../../src/clients/redis.ts';
import type { RedisClock } from '../../src/model/owner-record.ts';
import type { World } from '../laws/world.ts';
import { UNCHANGED } from './mutant.ts';
import { createCommands } from './redis-commands.ts';
import { newSession } from './redis-session.ts';

/** A connection to a simulated Redis that holds these, at a moment of its clock. */
export function simulatedRedis(
  world: World,
  { now, run: redisRun }: RedisClock,
  engines: Map<string, string>,
): RedisConnection {
  const seen = { signed: noop, lapsed: noop, reaped: noop, saved: noop, restored: noop };
  const watch = {
    disturbed: noop,
    listed: noop,
    knocked: noop,
    opened: noop,
    applied: noop,
    ...seen,
  };
  const process = { name: 'law', alive: true, timers: 0 };
  const { script, rules } = UNCHANGED();
  const run = createCommands({
    ...{ world, engines, now, run: redisRun, script, rules, process, watch },
    ...{ isFull: false, tear: null, hashes: new Map(), session: newSession(1) },
  });
  return {
    ...{ address: 'simulated', open: noop, define: noop, close: noop },
    hear: () => ({ take: () => true }),
    claimWatch: () => true,
    read: async (commands) => commands.map(run),
    write: async (command) => run(command),
  };
}

function noop(): void {
  // Nothing is watched, and nothing is connected.
}
