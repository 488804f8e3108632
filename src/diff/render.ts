import { escapeText } from '../model/escape.ts';
import { CHANGE_KINDS, type Change, type ChangeKind, type Plan } from '../model/plan.ts';

const SIGN: Readonly<Record<ChangeKind, string>> = {
  create: '+',
  update: '~',
  hold: '!',
  delete: '-',
  claim: '=',
  release: '=',
};

/** The plan as text, one line for each step and a sum: the same in tests, logs, `autodock plan` and the page. */
export function renderPlan(plan: Plan): string {
  const lines = [
    ...plan.changes.map(renderChange),
    ...plan.faults.map(
      ({ key, problem }) => `? skip    ${escapeText(key)}  ${escapeText(problem)}`,
    ),
    ...plan.unknown.map(
      (name) => `? keep    what container ${escapeText(name)} has (it cannot be read now)`,
    ),
    summary(plan),
  ];
  return lines.join('\n');
}

/** One step as one line: `~ update  shop.local  + http://10.0.0.2:80  - http://10.0.0.1:80`. */
export function renderChange(change: Change): string {
  const before = count(change.before?.entries ?? []);
  const after = count(change.after?.entries ?? []);
  const parts = [
    ...[...before].flatMap(([url, n]) => times('-', url, n - (after.get(url) ?? 0))),
    ...[...after].flatMap(([url, n]) => times('+', url, n - (before.get(url) ?? 0))),
  ];
  const detail = parts.length > 0 ? parts : claimed(change);
  const head = `${SIGN[change.kind]} ${change.kind.padEnd(7)} ${escapeText(change.vhost)}`;
  return [head, ...detail].join('  ');
}

function summary({ changes, owner }: Plan): string {
  if (changes.length === 0) return `In sync: nothing to change for owner ${owner}.`;
  const counts = CHANGE_KINDS.flatMap((kind) => {
    const n = changes.filter((change) => change.kind === kind).length;
    return n === 0 ? [] : [`${n} ${kind}`];
  });
  return `${changes.length} to change for owner ${owner}: ${counts.join(', ')}.`;
}

function claimed({ write }: Change): readonly string[] {
  return write.backends.map(({ url }) => `= ${escapeText(url)}`);
}

function count(entries: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  return counts;
}

function times(sign: string, url: string, n: number): readonly string[] {
  if (n <= 0) return [];
  return [`${sign} ${escapeText(url)}${n === 1 ? '' : ` (${n} times)`}`];
}
