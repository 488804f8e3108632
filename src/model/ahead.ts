import type { ContainerId } from './ids.ts';

/**
 * What an event says before the engine's list does. It may be lost, and may come to nothing: an observation that
 * takes it into account is no other without it, only later.
 */
export type AheadNote =
  /** The container will probably start. */
  { readonly kind: 'created'; readonly id: ContainerId };
