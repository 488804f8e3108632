import type { Engine } from './container.ts';

/**
 * Stands in Redis as the engine of an owner that `autodock release` withdraws: while it does, a controller that
 * runs on under this owner is refused, and says why.
 */
export const RELEASED_ENGINE: Engine = { id: 'released', name: 'autodock release' };
