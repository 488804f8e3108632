import type { Config } from '../../src/config/config.ts';
import type { TriggerReason } from '../../src/model/trigger.ts';
import type { Connectors } from '../../src/pass/clients.ts';
import type { Stages } from '../../src/reconcile.ts';
import { applyToModel } from '../laws/model.ts';
import { type Script, type Tear, tearInOrder } from './redis-apply.ts';

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
});
