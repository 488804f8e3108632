import { measureBus } from './bus.ts';
import { machineFacts } from './machine.ts';
import { measureRemoval } from './removal.ts';
import { measureSimulated } from './simulated.ts';
import { measureStart } from './start.ts';
import { measureSteady } from './steady.ts';
import { measureStorm } from './storm.ts';
import { type Measurement, renderTable } from './table.ts';

const PARTS: Readonly<Record<string, () => Promise<readonly Measurement[]>>> = {
  start: measureStart,
  removal: measureRemoval,
  steady: measureSteady,
  storm: measureStorm,
  simulated: measureSimulated,
  bus: measureBus,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  throw new Error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);
}
console.log(await machineFacts());
for (const [name, measure] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}\n${renderTable(await measure())}`);
}
