import type { Filters } from '../../src/clients/docker-body.ts';
import type { RedisConnection } from '../../src/clients/redis.ts';
import { ObserveError } from '../../src/errors.ts';
import type { Workload } from '../../src/model/workload.ts';
import type { Stages } from '../../src/reconcile.ts';
import { type MakeMutant, type Mutant, mutant, withSession, withWrite } from './mutant.ts';
import { RULES } from './redis-reap.ts';
import { SCRIPT_MUTANTS } from './script-mutants.ts';
import { WITHDRAWAL_MUTANTS } from './withdrawal-mutants.ts';

/** Deliberate faults of the controller, each of which the simulation must find. */
export const MUTANTS: readonly MakeMutant[] = [
  ...SCRIPT_MUTANTS,
  ...WITHDRAWAL_MUTANTS,
  mutant('an unknown container is taken for none', {
    stages: withObserve(async ({ observe }) =>
      (await observe(never)).filter(({ kind }) => kind === 'known'),
    ),
  }),
  mutant("a disputed address is anybody's", {
    stages: withObserve(async ({ observe }) => (await observe(never)).map(undisputed)),
  }),
  mutant('the list is read before the epoch is raised', {
    stages: (stages) => {
      let containers: readonly Workload[] = [];
      return {
        ...stages,
        open: async () => {
          containers = await stages.observe(never);
          return stages.open();
        },
        observe: async () => containers,
      };
    },
  }),
  mutant('the guard is off', {
    stages: (stages) => ({
      ...stages,
      guard: (plan) => ({ plan, putOff: [], state: { refusingSince: null } }),
    }),
  }),
  mutant('what is not a list is an empty one', {
    connect: withList(async (list) => {
      const items = await list().catch((error: unknown) => {
        if (error instanceof ObserveError && error.code === 'docker-malformed') return [];
        throw error;
      });
      return items.every((item) => item.toString() !== 'null') ? items : [];
    }),
  }),
  mutant('a list that does not come is an empty one', {
    connect: withList(async (list) => {
      try {
        return await list();
      } catch (error) {
        if (error instanceof ObserveError) return [];
        throw error;
      }
    }),
  }),
  mutant('a list that does not come is the last one', {
    connect: withList(lastGood()),
  }),
  mutant('a request has no deadline', {
    connect: withList(async (list) => {
      try {
        return await list();
      } catch (error) {
        if (!(error instanceof ObserveError && error.code === 'docker-timeout')) throw error;
        return new Promise(() => undefined);
      }
    }),
  }),
  mutant('nobody asks who is healthy', {
    connect: withList((list, filters) => (filters === undefined ? list() : Promise.resolve([]))),
  }),
  mutant('a write that failed is sent again', { connect: withWrite(resent) }),
  mutant('what Redis notes of writes is not heeded', { connect: withRead(heedless) }),
  mutant('the timer does not count', { hears: () => (reason) => reason !== 'resync' }),
  mutant('events do not count', {
    hears: () => (reason) => reason !== 'event' && reason !== 'settle',
  }),
  mutant('nothing follows an event but one pass', { hears: () => (reason) => reason !== 'settle' }),
  mutant('a stream that opens again does not count', { hears: deafToStreams }),
  mutant('a daemon that starts anew does not count', {
    hears: () => (reason) => reason !== 'restart',
  }),
  mutant('what the daemon that is gone was asked is waited for', { connect: neverAbandoning }),
  mutant('what is ours and leads to another is not taken back', {
    connect: withWrite((write) => async (command) => {
      if (command[0] === 'autodockEdit') return ['none', 0];
      return command[0] === 'srem' ? 0 : write(command);
    }),
  }),
  mutant('a clone counts as the machine that it was made from', {
    rules: { ...RULES, isAnotherEngine: () => false },
  }),
  mutant('nothing is held', { config: (config) => ({ ...config, holdMs: 0 }) }),
];

function withRead(
  wrap: (read: RedisConnection['read']) => RedisConnection['read'],
): Mutant['connect'] {
  return (connect) => ({
    ...connect,
    redis: (...options) => {
      const redis = connect.redis(...options);
      return { ...redis, read: wrap(redis.read) };
    },
  });
}

/** But where it is tried whether Redis notes them. */
function heedless(read: RedisConnection['read']): RedisConnection['read'] {
  return async (commands) => {
    const replies = await read(commands);
    if (commands.at(-1)?.[0] === 'unwatch') return replies;
    return replies.map((reply, n) =>
      commands[n]?.[0] === 'client' ? String(reply).replace('flags=d', 'flags=N') : reply,
    );
  };
}

function withObserve(observe: (stages: Stages) => Promise<readonly Workload[]>): Mutant['stages'] {
  return (stages) => ({ ...stages, observe: () => observe(stages) });
}

function undisputed(workload: Workload): Workload {
  const isOnNetworks = workload.kind === 'known' && workload.reach === 'networks';
  return isOnNetworks ? { ...workload, staleAddresses: [] } : workload;
}

type Items = readonly Buffer[];

/** Puts something between the stages and the engine's list. */
function withList(
  wrap: (list: () => Promise<Items>, filters: Filters | undefined) => Promise<Items>,
): Mutant['connect'] {
  return withSession((session) => {
    const list = async (filters: Filters | undefined) => {
      const items: Buffer[] = [];
      await session.list((item) => isJson(item) && items.push(item) > 0, filters);
      return items;
    };
    return {
      ...session,
      list: async (onItem, filters) => (await wrap(() => list(filters), filters)).forEach(onItem),
    };
  });
}

function lastGood(): Parameters<typeof withList>[0] {
  let last: Items = [];
  return async (list, filters) => {
    try {
      const items = await list();
      if (filters === undefined) last = items;
      return items;
    } catch (error) {
      if (filters === undefined) return last;
      throw error;
    }
  };
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false; // decided: whatever it is, it is not an item of a list
  }
}

function resent(write: RedisConnection['write']): RedisConnection['write'] {
  return async (command) => {
    try {
      return await write(command);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return write(command);
    }
  };
}

function neverAbandoning(connect: Parameters<Mutant['connect']>[0]): ReturnType<Mutant['connect']> {
  return {
    ...connect,
    docker: (options) => ({ ...connect.docker(options), abandon: () => undefined }),
  };
}

/** Hears of a stream only once: nobody looks for what happened while there was none. */
function deafToStreams(): Mutant['hears'] {
  let isDeaf = false;
  let hasBegun = false;
  return (reason) => {
    if (reason === 'event') isDeaf = false;
    if (reason === 'stream') {
      isDeaf = hasBegun;
      hasBegun = true;
    }
    return !(isDeaf && (reason === 'stream' || reason === 'settle'));
  };
}

/** No simulated engine sets health back, so that nobody looks at what was routed. */
function never(): boolean {
  return false;
}
