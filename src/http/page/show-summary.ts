import type { ShownCondition, StatusAnswer } from '../../answers/status.ts';
import { agoOf } from './ago.ts';
import { needsPerson } from './container-problems.ts';
import { byId, element, keepList, setText } from './dom.ts';
import { ownerNames } from './owners.ts';
import type { ShownProblem } from './problem.ts';
import type { PageState } from './state.ts';
import { count, short, some, spoken, took, visible } from './words.ts';

/** Good, bad, worth a look, or not known yet: told by a word and a shape, and by colour besides. */
type Mark = 'good' | 'bad' | 'warn' | 'idle';

interface Part {
  readonly name: string;
  readonly mark: Mark;
  readonly value: string;
  readonly more: string;
}

/** The headline, what is wrong under it, and the parts of the system. */
export function createSummary(): (state: PageState, problems: readonly ShownProblem[]) => void {
  const showProblems = keepList(byId('problems'), ({ title }: ShownProblem) => title, problemItem);
  const showParts = keepList(byId('parts'), ({ name }: Part) => name, partItem);
  return (state, problems) => {
    const level = levelOf(state, problems);
    document.documentElement.dataset.level = level;
    setText(byId('headline'), headline(level, problems));
    setText(byId('sum'), level === 'idle' ? '' : sumOf(state));
    document.title = titleOf(state.status, problems);
    setText(byId('where'), whereOf(state.status));
    byId('problems').classList.toggle('alone', problems.length === 1);
    showProblems(problems);
    showParts(state.status === null ? [] : partsOf(state.status).map((part) => asOf(part, state)));
  };
}

function levelOf(state: PageState, problems: readonly ShownProblem[]): Mark {
  if (problems.length > 0) return problems.some(({ level }) => level === 'bad') ? 'bad' : 'warn';
  // Nothing is well of which nothing is known.
  const isKnown = state.status !== null && state.routes !== null && state.containers !== null;
  return isKnown ? 'good' : 'idle';
}

/** One problem is its own headline; of several, the one that leads, else how many there are. */
function headline(level: Mark, problems: readonly ShownProblem[]): string {
  const [first] = problems;
  if (first === undefined) return level === 'good' ? 'All is well' : 'Asking the controller…';
  if (problems.length === 1) return first.title;
  const leading = problems.find(({ leads }) => leads);
  if (leading !== undefined) {
    return `${leading.title}, ${count(problems.length - 1, 'thing')} more to look at`;
  }
  const bad = problems.filter((problem) => problem.level === 'bad').length;
  const rest = problems.length - bad;
  if (bad === 0) return `${count(rest, 'thing')} to look at`;
  const wrong = `${count(bad, 'thing is', 'things are')} wrong`;
  return rest === 0 ? wrong : `${wrong}, ${rest.toLocaleString('en')} to look at`;
}

function sumOf({ routes, containers }: PageState): string {
  if (routes === null || containers === null) return '';
  const urls = routes.flatMap(({ backends }) => [...new Set(backends.map(({ url }) => url))]);
  const rejected = containers.filter(needsPerson).length;
  return [
    `${count(routes.length, 'host')} on ${count(urls.length, 'backend')}`,
    count(containers.length, 'container runs', 'containers run'),
    ...(rejected === 0 ? [] : [`${rejected.toLocaleString('en')} not routed as asked`]),
  ].join(' · ');
}

function whereOf(status: StatusAnswer | null): string {
  return status === null ? '' : `${engineOf(status)} · version ${status.version}`;
}

function engineOf({ engine }: StatusAnswer): string {
  return engine === null ? 'no engine yet' : short(engine.name);
}

function titleOf(status: StatusAnswer | null, problems: readonly ShownProblem[]): string {
  const where = status === null ? 'autodock' : `autodock · ${engineOf(status)}`;
  return visible(problems.length === 0 ? where : `${count(problems.length, 'problem')} · ${where}`);
}

function problemItem({ level, title, detail, remedy }: ShownProblem): HTMLElement {
  const word = level === 'bad' ? 'Wrong' : 'Look';
  return element(
    'li',
    { class: `problem ${level}` },
    element('h3', {}, element('span', { class: 'word' }, word), element('bdi', {}, title)),
    detail === '' ? null : element('p', {}, detail),
    element('p', { class: 'remedy' }, remedy),
  );
}

/** Of a controller that is not heard nothing is known now. */
function asOf(part: Part, { connection }: PageState): Part {
  return connection === 'lost' ? { ...part, mark: 'idle' } : part;
}

function partsOf(status: StatusAnswer): readonly Part[] {
  const { docker, redis, engine } = status;
  const version = engine === null ? '' : `API ${engine.apiVersion}`;
  return [
    { name: 'Docker', ...conditionOf(docker), more: version },
    { name: 'Redis', ...conditionOf(redis), more: short(redis.address) },
    streamOf(docker.eventStream),
    lastPassOf(status),
    ownerOf(status),
  ];
}

function conditionOf({ up, since, error }: ShownCondition): Pick<Part, 'mark' | 'value'> {
  if (!up && error === null) return { mark: 'idle', value: 'not reached yet' };
  return { mark: up ? 'good' : 'bad', value: `${up ? 'up' : 'down'} for ${since}` };
}

function streamOf(stream: StatusAnswer['docker']['eventStream']): Part {
  const name = 'Events';
  if (!stream.enabled) return { name, mark: 'idle', value: 'off', more: 'resync alone' };
  return { name, ...conditionOf(stream), more: stream.up ? 'stream open' : 'resync alone' };
}

function lastPassOf({ lastPass }: StatusAnswer): Part {
  const name = 'Last pass';
  if (lastPass === null) return { name, mark: 'idle', value: 'none yet', more: '' };
  const { result, at, durationMs, reasons } = lastPass;
  const marks: Readonly<Record<string, Mark>> = { failed: 'bad', refused: 'bad', fenced: 'warn' };
  const more = `${took(durationMs)}, by ${reasons.map(spoken).join(', ')}`;
  return {
    name,
    mark: marks[result] ?? 'good',
    value: `${spoken(result)} at ${at}`,
    more,
  };
}

function ownerOf(status: StatusAnswer): Part {
  const { owner, otherOwners } = status;
  const nameOf = ownerNames(status);
  const others = otherOwners.map(({ owner: other, state }) => {
    return state === 'lapsed' ? `${nameOf(other)} (lapsed)` : nameOf(other);
  });
  return {
    name: 'Owner',
    mark: owner === null ? 'idle' : 'good',
    value: owner === null ? 'not known yet' : short(nameOf(owner)),
    more: others.length === 0 ? 'alone on this Redis' : `beside ${some(others)}`,
  };
}

/** A time at the end of a value is shown as how long it lasts, or how long ago it was. */
function partItem({ name, mark, value, more }: Part): HTMLElement {
  const [, words = value, how, at] = /^(.*) (for|at) (\S+Z)$/.exec(value) ?? [];
  return element(
    'div',
    { class: `part ${mark}` },
    element('dt', {}, name),
    element(
      'dd',
      {},
      element('strong', {}, words),
      at === undefined ? null : agoOf(at, how === 'at' ? 'ago' : ''),
      element('span', { class: 'more' }, more),
    ),
  );
}
