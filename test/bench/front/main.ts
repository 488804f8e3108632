import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { machineFacts } from '../machine.ts';
import { quantile } from '../table.ts';
import { load, processTree, type Run, type Scenario } from './load.ts';
import { comparePairs } from './pairs.ts';
import { measurePropagation } from './propagation.ts';
import { startBackends, WORKERS } from './servers.ts';
import { CACHED, PLAIN, type Subject, startFrontSubject, startSubjects } from './subjects.ts';

const HOSTS = 10_000;
const SCENARIOS: readonly Scenario[] = [1, HOSTS].flatMap((hosts) =>
  [32, 256].map((connections) => ({ hosts, connections })),
);
/** Until every worker keeps all hosts: what is left of it would be taken for the cost of many hosts. */
const WARM_SECONDS = 12;
const COLD_SECONDS = 1;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '4' },
    groups: { type: 'string', default: '15' },
    changes: { type: 'string', default: '1000' },
    peer: { type: 'string', multiple: true, default: [] },
    beside: { type: 'string' },
  },
});
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
const hosts = Array.from({ length: HOSTS }, (_, i) => `h${i}.bench.test`);

console.log(await machineFacts());
console.log(`\n${rounds} rounds of ${seconds} s each, interleaved; ${WORKERS} processes a proxy`);
const backends = await startBackends();
const subjects = await startSubjects(hosts, backends.urls, {
  peers: values.peer,
  beside: values.beside,
});
try {
  for (const subject of subjects) {
    await load(subject, hosts, { hosts: HOSTS, connections: 32 }, WARM_SECONDS);
  }
  for (const scenario of SCENARIOS) report(scenario, await measure(scenario));
  await comparePairs(subjects, hosts, Number(values.groups));
  await reportCold();
  await reportChanges();
  reportMemory();
} finally {
  for (const subject of subjects) await subject.stop();
  await backends.stop();
}

/** Every subject once a round, each round in another order, so that a noisy minute hurts all alike. */
async function measure(scenario: Scenario): Promise<ReadonlyMap<Subject, readonly Run[]>> {
  const runs = new Map<Subject, Run[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round += 1) {
    const order = [
      ...subjects.slice(round % subjects.length),
      ...subjects.slice(0, round % subjects.length),
    ];
    for (const subject of order) {
      runs.get(subject)?.push(await load(subject, hosts, scenario, seconds));
    }
  }
  return runs;
}

function report(
  { hosts: count, connections }: Scenario,
  all: ReadonlyMap<Subject, readonly Run[]>,
): void {
  const median = (runs: readonly Run[], what: keyof Run) =>
    quantile(
      runs.map((run) => run[what]),
      0.5,
    );
  const plain = [...all].find(([{ name }]) => name === PLAIN)?.[1] ?? [];
  const ratio = (runs: readonly Run[], what: keyof Run) =>
    (median(runs, what) / median(plain, what)).toFixed(2);
  console.log(
    `\n${count} ${count === 1 ? 'frontend' : 'frontends'}, ${connections} connections (medians; ratio to ${PLAIN})`,
  );
  console.log(
    row(['', 'µs/request', 'least', 'ratio', 'requests/s', 'ratio', 'p99 ms', 'ratio', 'failed']),
  );
  for (const [{ name }, runs] of all) {
    console.log(
      row([
        name,
        median(runs, 'microseconds').toFixed(1),
        Math.min(...runs.map(({ microseconds }) => microseconds)).toFixed(1),
        ratio(runs, 'microseconds'),
        ...[median(runs, 'perSecond').toFixed(0), ratio(runs, 'perSecond')],
        ...[median(runs, 'p99Ms').toFixed(2), ratio(runs, 'p99Ms')],
        String(runs.reduce((sum, run) => sum + run.failed, 0)),
      ]),
    );
  }
}

/** A front that has seen no host yet. */
async function reportCold(): Promise<void> {
  const cold = await startFrontSubject(CACHED, hosts, backends.urls);
  const { perSecond, microseconds, failed } = await load(
    ...([cold, hosts, { hosts: HOSTS, connections: 32 }, COLD_SECONDS] as const),
  );
  await cold.stop();
  const figures = `${perSecond.toFixed(0)} requests/s, ${microseconds.toFixed(1)} µs/request, ${failed} failed`;
  console.log(`\ncold, every host new, first ${COLD_SECONDS} s: ${figures}`);
}

async function reportChanges(): Promise<void> {
  console.log('\nfrom a write to the first answer by the new route');
  console.log(row(['', 'median ms', 'p99 ms', 'stale', 'of']));
  for (const subject of subjects.filter(({ write }) => write !== null)) {
    const { medianMs, p99Ms, stale, changes } = await measurePropagation(
      subject,
      Number(values.changes),
    );
    console.log(
      row([subject.name, medianMs.toFixed(2), p99Ms.toFixed(2), String(stale), String(changes)]),
    );
  }
}

/** Of each worker, after all hosts were asked. */
function reportMemory(): void {
  console.log(`\nmemory of the largest process after ${HOSTS} hosts`);
  for (const { name, pids } of subjects) {
    const [first = 0] = pids;
    const megabytes = processTree(first).map((pid) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    });
    console.log(row([name, `${Math.max(...megabytes).toFixed(1)} MB`]));
  }
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(22) : cell.padStart(11))).join('');
}
