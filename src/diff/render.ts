import { escapeText } from '../model/escape.ts';
import { CHANGE_KINDS, type Change, type ChangeKind, type Plan } from '../model/plan.ts';
import { type BackendChange, changeView } from './change-view.ts';

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
  const { removed, added } = changeView(change);
  const parts = [
    ...removed.map((backend) => backendWord('-', backend)),
    ...added.map((backend) => backendWord('+', backend)),
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

function backendWord(sign: string, { url, copies }: BackendChange): string {
  return `${sign} ${escapeText(url)}${copies === 1 ? '' : ` (${copies} times)`}`;
}
