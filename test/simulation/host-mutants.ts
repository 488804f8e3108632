import type { RedisCommand } from '../../src/clients/redis.ts';
import { compareText } from '../../src/model/compare.ts';
import { applyToModel } from '../laws/model.ts';
import { WRONG } from '../laws/world.ts';
import { type MakeMutant, type Mutant, mutant } from './mutant.ts';
import type { Script } from './redis-apply.ts';
import { type ReapRules, RULES } from './redis-reap.ts';

/** Deliberate faults of leases, of reaping and of the index, each of which schedules of several hosts must find. */
export const HOST_MUTANTS: readonly MakeMutant[] = [
  mutant("a lease ends by Redis' clock alone", {
    connect: seeingNoSign,
    rules: { ...RULES, mayLapse: (context, seen) => RULES.mayLapse(context, nowOf(context, seen)) },
  }),
  withRules('who seemed lapsed is, whatever it gave since', { mayLapse: () => true }),
  withRules('last backends go at once', { keepsLast: false }),
  withRules('a late write of the lapsed counts', { keepsNonce: true }),
  mutant('nobody reaps', {
    config: (config) => ({ ...config, reap: { ...config.reap, enabled: false } }),
  }),
  mutant('the last go as soon as a lease is over', {
    config: (config) => ({ ...config, reap: { ...config.reap, lastMs: 0 } }),
  }),
  mutant('a lease is published that is over before the next sign', { connect: withShortLease }),
  mutant('the index is not told of a claim', {
    script: withIndex((members, owner) => members.filter((name) => name !== owner)),
  }),
  mutant('the index goes on to tell of who claims no more', {
    script: withIndex((members, owner) => [...new Set([...members, owner])].sort(compareText)),
  }),
];

function withRules(name: string, rules: Partial<ReapRules>): MakeMutant {
  return mutant(name, { rules: { ...RULES, ...rules } });
}

type Asked = Parameters<ReapRules['mayLapse']>;

/** The sign as it is by now, so that the clock alone decides. */
function nowOf({ engines }: Asked[0], seen: Asked[1]): Asked[1] {
  const { at = '', redis = '' } = JSON.parse(engines.get(seen.owner) ?? '{}') as {
    readonly at?: number;
    readonly redis?: string;
  };
  return { ...seen, at: String(at), run: redis };
}

/** Whoever looks sees of all others the same old sign, and so takes every lease for over. */
function seeingNoSign(connect: Parameters<Mutant['connect']>[0]): ReturnType<Mutant['connect']> {
  return {
    ...connect,
    redis: (...options) => {
      const redis = connect.redis(...options);
      const read = async (commands: readonly RedisCommand[]) => {
        const replies = await redis.read(commands);
        return commands[0]?.[0] === 'autodockBeat' ? replies.map(withOldSigns) : replies;
      };
      return { ...redis, read };
    },
  };
}

/** Of a sign of life; false: it did not ask for the owners. */
type OwnersReply = readonly [
  outcome: string,
  now: string,
  run: string,
  owners: readonly string[] | false,
];

function withOldSigns(reply: unknown): unknown {
  const [outcome, now, run, owners] = reply as OwnersReply;
  if (owners === false) return reply;
  const old = owners.map((text, index) => {
    if (index % 3 !== 2 || text === '') return text;
    return JSON.stringify({ ...JSON.parse(text), at: 1, redis: run });
  });
  return [outcome, now, run, old];
}

/** Whoever opens a pass says that its sign counts for less than the time until the next one. */
function withShortLease(connect: Parameters<Mutant['connect']>[0]): ReturnType<Mutant['connect']> {
  return {
    ...connect,
    redis: (...options) => {
      const redis = connect.redis(...options);
      return { ...redis, read: (commands) => redis.read(commands.map(shortened)) };
    },
  };
}

function shortened(command: RedisCommand): RedisCommand {
  if (command[0] !== 'autodockOpen') return command;
  const [name, ...args] = command;
  return [name, ...args.map((arg) => String(arg).replace(/"leaseMs":\d+/, '"leaseMs":2000'))];
}

/** What the index tells of a vhost after a write, instead of what is claimed there. */
function withIndex(told: (members: readonly string[], owner: string) => readonly string[]): Script {
  return (world, input) => {
    const result = applyToModel(world, input);
    for (const { vhost } of result.kind === 'fenced' ? [] : input.writes) {
      const members = world.told.get(vhost) ?? [];
      if (members !== WRONG) world.told.set(vhost, told(members, input.owner));
    }
    return result;
  };
}
