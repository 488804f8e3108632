import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Measurement, quantile, renderTable } from '../table.ts';
import { emptyProgramMs, type Start, startsOfCommands } from './commands.ts';
import { startsOfController } from './controller.ts';
import { openParts } from './parts.ts';

// What starts cost, this build beside another: `npm run bench:start -- FOLDER`, where FOLDER is a checkout that was
// built. Without one it is this build twice, which shows how far equal figures lie apart. They start in turn.

const TIMES = 20;
const HERE = fileURLToPath(new URL('../../..', import.meta.url));

const [other = HERE, ...excess] = process.argv.slice(2);
if (excess.length > 0) throw new Error(`one folder of another build, and not ${excess.join(' ')}`);

const home = await mkdtemp(join(tmpdir(), 'autodock-bench-'));
const parts = await openParts();
try {
  const starts = new Map([...startsOfCommands(parts, home), ...startsOfController(parts, home)]);
  const rows: Measurement[] = [];
  for (const [what, start] of starts) rows.push(await compare(what, start));
  console.log(
    `node ${process.version}; a program that does nothing: ${await emptyProgramMs()} ms\n`,
  );
  console.log(renderTable(rows));
} finally {
  await parts.close();
  await rm(home, { recursive: true, force: true });
}

async function compare(what: string, start: Start): Promise<Measurement> {
  const builds = [HERE, resolve(other)].map((folder) => ({
    main: join(folder, 'dist/main.js'),
    took: [] as number[],
  }));
  // The first start of each may keep what it compiles for the others.
  for (const { main } of builds) await start(main);
  for (let time = 0; time < TIMES; time += 1) {
    for (const { main, took } of builds) took.push(await start(main));
  }
  const [mine = Number.NaN, others = Number.NaN] = builds.map(({ took }) => quantile(took, 0.5));
  const figures = `${mine.toFixed(0)} ms beside ${others.toFixed(0)} ms`;
  return { what, result: `${figures}: ${(mine / others).toFixed(2)}`, aim: '<= 0.50' };
}
