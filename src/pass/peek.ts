import type { Config } from '../config/config.ts';
import { type Pass, reconcile } from '../reconcile.ts';
import type { Wiring } from './clients.ts';

/** The line without its end: a pass that only looks. */
export async function peek(wiring: Wiring, config: Config): Promise<Pass> {
  const { holdMs } = config;
  const mode = {
    access: 'peek',
    wants: 'all',
    patienceMs: Number.POSITIVE_INFINITY,
    holdMs,
    hasHeartbeat: false,
  } as const;
  const stages = await wiring.stages(mode);
  return reconcile(stages);
}
