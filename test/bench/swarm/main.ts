import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { closeWhenTold } from '../../parts/close-when-told.ts';
import { machineFacts } from '../machine.ts';
import { crowdRow } from './crowd.ts';
import { type Ground, openGround } from './ground.ts';
import { OUTAGES } from './outages.ts';
import type { Row } from './row.ts';
import { type Outcome, stage } from './stage.ts';
import { measureStarts, STARTS } from './starts.ts';
import { type Rival, startTraefik } from './traefik.ts';
import { UPDATES } from './updates.ts';
import { UPKEEP } from './upkeep.ts';

const { values } = parseArgs({
  options: {
    /** For each node the folder of an engine's programs. */
    engine: { type: 'string', multiple: true, default: [] },
    'per-second': { type: 'string', default: '200' },
    /** How long the traffic of a row lasts at the least, milliseconds. */
    least: { type: 'string', default: '30000' },
    starts: { type: 'string', default: '15' },
    crowd: { type: 'string', default: '300' },
    /** No row begins later than so many minutes after the start. */
    minutes: { type: 'string', default: '60' },
    /** The binary of a Traefik 3: the same is measured through it as well. */
    traefik: { type: 'string' },
    /** Only the rows whose names contain one of these. */
    only: { type: 'string', multiple: true, default: [''] },
  },
});
const ROWS: readonly Row[] = [...UPDATES, ...UPKEEP, ...OUTAGES, crowdRow(Number(values.crowd))];
const times = Number(values.starts);
const pace = { perSecond: Number(values['per-second']), leastMs: Number(values.least) };

const begunAt = performance.now();
console.log(await machineFacts());
const ground = await closeWhenTold(openGround(values.engine));
try {
  console.log(`nodes       ${(await ground.versions()).join(', ')}`);
  console.log(`\n${pace.perSecond} requests/s through the front of another node\n`);
  row(['change', 'aim', 'met', 'failed', 'of', 'slowest', 'more', 'causes', 'load']);
  row(Array<string>(9).fill('---'));
  const rivals = values.traefik === undefined ? [] : [await startTraefik(ground, values.traefik)];
  const fronts = [null, ...rivals];
  for (const rival of fronts) {
    if (isWanted(STARTS)) row([...(await measureStarts(ground, times, rival)), load()]);
  }
  for (const one of ROWS) {
    for (const rival of one.isOurs === true ? [null] : fronts) {
      if (isWanted(one.what)) await measure(ground, one, rival);
    }
  }
} finally {
  await ground.close();
}

/** A row that breaks off says why, and leaves the others their turn. */
async function measure(on: Ground, one: Row, rival: Rival | null): Promise<void> {
  await on.settle();
  const what = rival === null ? one.what : `${one.what}: ${rival.name}`;
  try {
    report({ ...one, what }, await stage(on, pace, one, rival));
  } catch (error) {
    row([what, one.aim.text, 'no', '', '', '', '', String(error), load()]);
    if (process.env.DEBUG !== undefined) console.error(error);
  }
}

function report({ what, aim }: Row, outcome: Outcome): void {
  const { failed, requests, slowestMs, more, causes } = outcome;
  const met = aim.isMet(outcome) ? 'yes' : 'no';
  const notes = Object.entries(more).map(([name, value]) => `${name} ${value}`);
  const measured = [failed, requests, `${slowestMs.toFixed(0)} ms`, notes.join(', '), causes];
  row([what, aim.text, met, ...measured, load()]);
}

function row(cells: readonly (string | number)[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

function isWanted(what: string): boolean {
  const isInTime = performance.now() - begunAt < Number(values.minutes) * 60_000;
  return isInTime && values.only.some((part) => what.includes(part));
}
