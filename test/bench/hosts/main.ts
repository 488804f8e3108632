import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { startRedis } from '../../parts/redis.ts';
import { quantile } from '../table.ts';
import { type BuiltSide, loadBuild } from './build.ts';
import { UNTIL_STEADY } from './idle.ts';
import { addNeighbours, ownerName, VHOSTS_PER_OWNER, vhostsOf } from './neighbours.ts';

// What other hosts on one Redis cost, this build beside another: `npm run bench:hosts -- FOLDER`, where FOLDER is a
// checkout with its packages. The figures are Redis' own: how long it worked for one pass of one owner.

const NEIGHBOURS = [0, 10, 50, 200];
const TIMES = 30;
const HERE = fileURLToPath(new URL('../../..', import.meta.url));

const folders = [HERE, ...process.argv.slice(2)].map((folder) => resolve(folder));
for (const folder of folders) {
  const build = await loadBuild(folder);
  console.log(
    `\n${folder}\n${VHOSTS_PER_OWNER} vhosts an owner; medians of ${TIMES}, ms of Redis\n`,
  );
  console.log('| other owners | first read | steady pass | apply |');
  console.log('|---|---|---|---|');
  for (const neighbours of NEIGHBOURS) console.log(await measure(build, neighbours));
}

async function measure(
  build: (url: string, name: string) => BuiltSide,
  neighbours: number,
): Promise<string> {
  const redis = await startRedis();
  try {
    await addNeighbours(redis.client, neighbours);
    const took = { read: [] as number[], steady: [] as number[], apply: [] as number[] };
    for (let time = 0; time < TIMES; time++) {
      const side = build(redis.url, ownerName(0));
      const busy = (work: () => Promise<unknown>) => busyMs(redis.client, work);
      took.read.push(await busy(() => side.open(vhostsOf(0))));
      for (let n = 0; n < UNTIL_STEADY; n++) await side.open(vhostsOf(0));
      took.steady.push(await busy(() => side.open(vhostsOf(0))));
      const opened = await side.open(vhostsOf(0));
      const address = `10.0.0.${1 + (time % 2)}`;
      took.apply.push(await busy(() => side.apply(opened, vhostsOf(0), address)));
      side.close();
    }
    const [read, steady, apply] = [took.read, took.steady, took.apply].map((values) =>
      quantile(values, 0.5).toFixed(2),
    );
    return `| ${neighbours} | ${read} | ${steady} | ${apply} |`;
  } finally {
    await redis.stop();
  }
}

/** For how long Redis worked on commands meanwhile. */
async function busyMs(redis: Redis, work: () => Promise<unknown>): Promise<number> {
  await redis.config('RESETSTAT');
  await work();
  const stats = await redis.info('commandstats');
  // What scripts run is counted with them.
  const outside = /^cmdstat_(?:eval(?:sha)?|watch|unwatch|client\|info):calls=\d+,usec=(\d+)/gm;
  const used = [...stats.matchAll(outside)];
  return used.reduce((sum, [, usec]) => sum + Number(usec), 0) / 1_000;
}
