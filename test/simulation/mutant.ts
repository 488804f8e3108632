import type { DockerSession } from '../../src/clients/docker-session.ts';
import type { RedisConnection } from '../../src/clients/redis.ts';
import type { Config } from '../../src/config/config.ts';
import type { TriggerReason } from '../../src/model/trigger.ts';
import type { Connectors } from '../../src/pass/clients.ts';
import type { Stages } from '../../src/reconcile.ts';
import { applyToModel } from '../laws/model.ts';
import { type Script, type Tear, tearInOrder } from './redis-apply.ts';
import { type ReapRules, RULES } from './redis-reap.ts';

/** A controller with a fault, made from the right one from outside. */
export interface Mutant {
  readonly name: string;
  connect(connect: Connectors): Connectors;
  stages(stages: Stages): Stages;
  /** Whether a trigger reaches the loop. */
  hears(reason: TriggerReason): boolean;
  config(config: Config): Config;
  readonly script: Script;
  readonly tear: Tear;
  readonly rules: ReapRules;
}

/** One for each simulation, as it may remember something. */
export type MakeMutant = () => Mutant;

/** The controller as it is. */
export const UNCHANGED: MakeMutant = () => ({
  name: 'unchanged',
  connect: (connect) => connect,
  stages: (stages) => stages,
  hears: () => true,
  config: (config) => config,
  script: applyToModel,
  tear: tearInOrder,
  rules: RULES,
});

type Parts = Partial<Omit<Mutant, 'hears' | 'name'>> & {
  readonly hears?: () => Mutant['hears'];
};

/** A mutant of these faults. */
export function mutant(name: string, parts: Parts): MakeMutant {
  return () => ({ ...UNCHANGED(), ...parts, hears: parts.hears?.() ?? (() => true), name });
}

/** Puts something between the controller and what an engine is asked in a session. */
export function withSession(wrap: (session: DockerSession) => DockerSession): Mutant['connect'] {
  return (connect) => ({
    ...connect,
    docker: (options) => {
      const client = connect.docker(options);
      return { ...client, connect: async () => wrap(await client.connect()) };
    },
  });
}

/** Puts something between what writes and Redis. */
export function withWrite(
  wrap: (write: RedisConnection['write']) => RedisConnection['write'],
): Mutant['connect'] {
  return (connect) => ({
    ...connect,
    redis: (...options) => {
      const redis = connect.redis(...options);
      return { ...redis, write: wrap(redis.write) };
    },
  });
}
