import { parseArgs } from 'node:util';
import { machineFacts } from '../machine.ts';
import type { Change } from './change.ts';
import { CHANGES } from './changes.ts';
import { measureCrowd } from './crowd.ts';
import { measureKills } from './kills.ts';
import { type Outcome, type Pace, stage } from './stage.ts';
import { type Subject, startBuild, startForeign } from './subjects.ts';

const { values } = parseArgs({
  options: {
    /** The folder of another version that was built, to be measured beside this one. */
    beside: { type: 'string' },
    /** The port of any other front on this machine, and the labels that it wants. */
    front: { type: 'string' },
    label: { type: 'string', multiple: true, default: [] },
    'per-second': { type: 'string', default: '500' },
    calm: { type: 'string', default: '2000' },
    held: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '30' },
    /** Only the rows whose names contain one of these. */
    only: { type: 'string', multiple: true, default: [''] },
  },
});
/** `old after new`: of requests that began after the first answer of the new version, and of those on their way. */
const MEASURED = [
  'failed',
  'of',
  'in flight',
  'slowest',
  'untouched',
  'away',
  'old after new',
  'causes',
];
const pace: Pace = { perSecond: Number(values['per-second']), calmMs: Number(values.calm) };

console.log(await machineFacts());
console.log(`\n${pace.perSecond} requests/s, half of them on kept connections, a fifth POST\n`);
const subjects: Subject[] = [await startBuild('this build', null)];
if (values.beside !== undefined) subjects.push(await startBuild('the other build', values.beside));
if (values.front !== undefined) subjects.push(startForeign(Number(values.front), values.label));
try {
  row(['change', 'aim', 'subject', 'met', ...MEASURED]);
  row(Array<string>(4 + MEASURED.length).fill('---'));
  for (const change of CHANGES.filter(({ what }) => isWanted(what))) await measure(change);
  if (isWanted('docker kill')) await measureKills(subjects, Number(values.kills));
  if (isWanted('held at once')) await measureCrowd(Number(values.held));
} finally {
  for (const subject of subjects) await subject.close();
}

/** One subject after the other, so that the same minute is not both of theirs to blame. */
async function measure(change: Change): Promise<void> {
  for (const subject of subjects.filter((one) => change.needs?.(one) ?? true)) {
    report(change, subject, await stage(subject, pace, change));
  }
}

function report({ what, aim }: Change, { name }: Subject, outcome: Outcome): void {
  const { failed, requests, ofTheDying, slowestMs, awayMs, causes } = outcome;
  const mixed = `${outcome.oldAfterNew} + ${outcome.oldInFlight}`;
  const away = awayMs === null || awayMs < 0 ? '' : `${awayMs.toFixed(0)} ms`;
  const measured = [
    failed,
    requests,
    ofTheDying,
    `${slowestMs.toFixed(0)} ms`,
    `${outcome.untouchedMs.toFixed(0)} ms`,
    away,
    mixed,
    causes,
  ];
  row([what, aim.text, name, aim.isMet(outcome) ? 'yes' : 'no', ...measured]);
}

function row(cells: readonly (string | number)[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

function isWanted(what: string): boolean {
  return values.only.some((part) => what.includes(part));
}
