import type { Step } from './step.ts';
import type { Universe } from './universe.ts';

/** The step of a kind. */
export type StepOf<K extends Step['kind']> = Extract<Step, { readonly kind: K }>;

/** What each kind of step does. */
export type Performers<Kinds extends Step['kind']> = {
  readonly [K in Kinds]: (universe: Universe, step: StepOf<K>) => void;
};
