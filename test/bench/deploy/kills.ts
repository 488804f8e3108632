import { openSystem } from '../../parts/system.ts';
import { killOne } from '../removal.ts';
import { distribution } from '../table.ts';
import type { Subject } from './subjects.ts';

/** 500 requests a second. */
const EVERY_MS = 2;

/**
 * From the call of `docker kill` until a front says that the host is not routed: one that answers at once, in place of
 * letting requests wait.
 */
export async function measureKills(subjects: readonly Subject[], times: number): Promise<void> {
  for (const { name, system, build } of subjects) {
    if (system === null) continue;
    const own = await openSystem({
      // As users have it: nothing stands between it and its engine.
      gated: false,
      env: { AUTODOCK_HOLD: '10s' },
      frontEnv: { FRONT_HOLD: '0', FRONT_ACCESS_LOG: 'off' },
      ...(build === null ? {} : { build }),
    });
    try {
      const sinceCallMs: number[] = [];
      for (let time = 0; time < times; time += 1) {
        sinceCallMs.push((await killOne(own, own.host(`kill-${time}`), EVERY_MS)).sinceCallMs);
      }
      const took = distribution(sinceCallMs);
      console.log(`\ndocker kill to not routed, ${name}: ${took} (aim: median at most 40 ms)`);
    } finally {
      await own.close();
    }
  }
}
