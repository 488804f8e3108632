import type { StatusAnswer } from '../../answers/status.ts';
import { type HostRow, hostRows } from './hosts.ts';
import type { ShownProblem } from './problem.ts';
import { clock, count, sentences, short, some, took } from './words.ts';

/** Hosts whose lease is over: all else that is wrong may follow from it. */
export function hostProblems(status: StatusAnswer): readonly ShownProblem[] {
  const lapsed = hostRows(status).filter(({ state }) => state === 'lapsed');
  const [first] = lapsed;
  if (first === undefined) return [];
  const isOne = lapsed.length === 1;
  const title = isOne
    ? `Host ${short(first.name)} gives no sign of life`
    : `${count(lapsed.length, 'host')} give no sign of life`;
  const who = isOne ? leaseOf(first) : some(lapsed.map(({ name }) => name));
  const effect = 'Its backends leave each route that another host serves, too';
  const remedy = `Start it, or its autodock. If it left for good: autodock hosts --forget ${namedIn(first)}.`;
  return [{ level: 'bad', leads: true, title, detail: sentences(who, effect), remedy }];
}

function leaseOf({ lastSignAt, leaseMs }: HostRow): string {
  const since =
    lastSignAt === null ? '' : `, and its last sign was at ${clock(new Date(lastSignAt))}`;
  return `Its lease${leaseMs === null ? '' : ` of ${took(leaseMs)}`} is over${since}`;
}

/** Names only what can be pasted into a shell. */
function namedIn({ name, owner }: HostRow): string {
  return [name, owner].find((text) => /^[\w.:-]+$/.test(text)) ?? 'NAME';
}
