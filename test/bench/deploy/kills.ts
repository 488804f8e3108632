import { killOne } from '../removal.ts';
import { distribution } from '../table.ts';
import type { Subject } from './subjects.ts';

/** From the call of `docker kill` until the front says that the host is not routed. */
export async function measureKills(subjects: readonly Subject[], times: number): Promise<void> {
  for (const { name, system } of subjects) {
    if (system === null) continue;
    const sinceCallMs: number[] = [];
    for (let time = 0; time < times; time += 1) {
      sinceCallMs.push((await killOne(system, system.host(`kill-${time}`))).sinceCallMs);
    }
    const took = distribution(sinceCallMs);
    console.log(`\ndocker kill to not routed, ${name}: ${took} (aim: median at most 40 ms)`);
  }
}
