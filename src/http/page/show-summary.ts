import type { Condition, State, Status } from './answers.ts';
import { byId, element, keepList, setText } from './dom.ts';
import type { Problem } from './problems.ts';
import { needsPerson } from './problems.ts';
import { clock, count, span } from './words.ts';

/** Good, bad, worth a look, or not known yet: told by a word and a shape, and by colour besides. */
type Mark = 'good' | 'bad' | 'warn' | 'idle';

interface Part {
  readonly name: string;
  readonly mark: Mark;
  readonly value: string;
  readonly more: string;
}

const SHORT = 12;

/** The headline, what is wrong under it, and the parts of the system. */
export function createSummary(): (state: State, problems: readonly Problem[]) => void {
  const showProblems = keepList(byId('problems'), ({ title }: Problem) => title, problemItem);
  const showParts = keepList(byId('parts'), ({ name }: Part) => name, partItem);
  return (state, problems) => {
    const level = levelOf(state, problems);
    document.documentElement.dataset.level = level;
    setText(byId('headline'), headline(level, problems));
    setText(byId('sum'), level === 'idle' ? '' : sumOf(state));
    document.title = `${level === 'good' ? '' : `${problems.length} ! `}autodock`;
    setText(byId('where'), whereOf(state.status));
    showProblems(problems);
    showParts(state.status === null ? [] : partsOf(state.status));
  };
}

function levelOf({ status }: State, problems: readonly Problem[]): Mark {
  if (problems.length > 0) return problems.some(({ level }) => level === 'bad') ? 'bad' : 'warn';
  return status === null ? 'idle' : 'good';
}

function headline(level: Mark, problems: readonly Problem[]): string {
  const bad = problems.filter((problem) => problem.level === 'bad').length;
  if (level === 'bad') return `${count(bad, 'thing is', 'things are')} wrong`;
  if (level === 'warn') return `Works, with ${count(problems.length, 'thing')} to look at`;
  return level === 'good' ? 'All is well' : 'Asking the controller…';
}

function sumOf({ routes, containers }: State): string {
  if (routes === null || containers === null) return '';
  const backends = routes.reduce((sum, route) => sum + route.backends.length, 0);
  const rejected = containers.filter(needsPerson).length;
  return [
    `${count(routes.length, 'host')} on ${count(backends, 'backend')}`,
    `${count(containers.length, 'container runs', 'containers run')}`,
    rejected === 0 ? 'each has what it asks for' : `${rejected} not routed as asked`,
  ].join(' · ');
}

function whereOf(status: Status | null): string {
  if (status === null) return '';
  return `${status.engine?.name ?? 'no engine yet'} · ${status.version}`;
}

function problemItem({ level, title, detail, remedy }: Problem): HTMLElement {
  const word = level === 'bad' ? 'Wrong' : 'Look';
  return element(
    'li',
    { class: `problem ${level}` },
    element('h3', {}, element('span', { class: 'word' }, word), ` ${title}`),
    detail === '' ? null : element('p', {}, detail),
    element('p', { class: 'remedy' }, remedy),
  );
}

function partsOf(status: Status): readonly Part[] {
  const { docker, redis, engine } = status;
  const version = engine === null ? '' : `API ${engine.apiVersion}`;
  return [
    { name: 'Docker', ...conditionOf(docker), more: version },
    { name: 'Redis', ...conditionOf(redis), more: redis.address },
    streamOf(docker.eventStream),
    lastPassOf(status),
    ownerOf(status),
  ];
}

function conditionOf({ up, since, error }: Condition): Pick<Part, 'mark' | 'value'> {
  if (!up && error === null) return { mark: 'idle', value: 'not reached yet' };
  return { mark: up ? 'good' : 'bad', value: `${up ? 'up' : 'down'} since ${since}` };
}

function streamOf(stream: Status['docker']['eventStream']): Part {
  const name = 'Events';
  if (!stream.enabled) return { name, mark: 'idle', value: 'off', more: 'resync alone' };
  return { name, ...conditionOf(stream), more: stream.up ? 'stream open' : 'resync alone' };
}

function lastPassOf({ lastPass }: Status): Part {
  const name = 'Last pass';
  if (lastPass === null) return { name, mark: 'idle', value: 'none yet', more: '' };
  const { result, at, durationMs, reasons } = lastPass;
  const marks: Readonly<Record<string, Mark>> = { failed: 'bad', refused: 'bad', fenced: 'warn' };
  const more = `${Math.round(durationMs)} ms, by ${reasons.join(', ')}`;
  return {
    name,
    mark: marks[result] ?? 'good',
    value: `${result.replace('_', ' ')} at ${at}`,
    more,
  };
}

function ownerOf({ owner, otherOwners }: Status): Part {
  const others =
    otherOwners.length === 0 ? 'alone on this Redis' : count(otherOwners.length, 'other');
  const value = owner === null ? 'not known yet' : owner.slice(0, SHORT);
  return { name: 'Owner', mark: owner === null ? 'idle' : 'good', value, more: others };
}

/** A time at the end of a value is shown as how long ago it was. */
function partItem({ name, mark, value, more }: Part): HTMLElement {
  const [, words = value, at] = /^(.*) (?:since|at) (\S+Z)$/.exec(value) ?? [];
  return element(
    'div',
    { class: `part ${mark}` },
    element('dt', {}, name),
    element(
      'dd',
      {},
      element('strong', {}, words),
      at === undefined ? null : agoOf(at),
      element('span', { class: 'more' }, more),
    ),
  );
}

function agoOf(at: string): HTMLElement {
  const then = new Date(at);
  const attributes = { datetime: at, title: clock(then), 'data-since': String(then.getTime()) };
  return element('time', attributes, ` ${span(Date.now() - then.getTime())}`);
}
