import type { Condition, Container, State, Status } from './answers.ts';
import type { RouteRow } from './rows.ts';
import { clock, count, some } from './words.ts';

/** Something that is wrong (`bad`) or worth a look (`warn`). */
export interface Problem {
  readonly level: 'bad' | 'warn';
  readonly title: string;
  readonly detail: string;
  /** What to do, or what happens by itself. */
  readonly remedy: string;
}

/** Reasons that somebody wanted, or that pass by themselves. */
const CALM = ['disabled', 'starting', 'restarting'];

/** All that is wrong, the worst first; nothing: all is well. */
export function problemsOf(state: State, rows: readonly RouteRow[]): readonly Problem[] {
  const { status } = state;
  const found = [
    ...lost(state),
    ...(status === null ? [] : [...sides(status), ...passes(status), ...observed(status)]),
    ...routes(rows),
    ...containers(state.containers ?? []),
  ];
  return [...found.filter(({ level }) => level === 'bad'), ...found.filter(isWarning)];
}

/** A container that asks for something it cannot have and that a person should look at. */
export function needsPerson({ rejections }: Container): boolean {
  return rejections.some(({ reason }) => !CALM.includes(reason));
}

function isWarning({ level }: Problem): boolean {
  return level === 'warn';
}

function lost({ connection, connectionSince }: State): readonly Problem[] {
  if (connection !== 'lost') return [];
  const title = 'The controller does not answer this page';
  const detail = `Since ${clock(new Date(connectionSince))}; what stands here is from before. Routes stay as they are.`;
  const remedy = 'This page connects again by itself. Does autodock run? docker ps, docker logs.';
  return [{ level: 'bad', title, detail, remedy }];
}

function sides({ docker, redis, lastPass }: Status): readonly Problem[] {
  // Nothing was tried yet: a moment after the start this is no news.
  if (lastPass === null && redis.error === null && docker.error === null) return [];
  const { eventStream } = docker;
  return [
    ...down(redis, 'Redis does not answer', 'Start it again; autodock goes on by itself.'),
    ...down(docker, 'Docker does not answer', 'Start it again; autodock goes on by itself.'),
    ...(docker.up && eventStream.enabled
      ? down(eventStream, 'Docker sends no events', 'It is opened anew by itself.', 'warn')
      : []),
  ];
}

function down(
  { up, since, error }: Condition,
  title: string,
  remedy: string,
  level: Problem['level'] = 'bad',
): readonly Problem[] {
  if (up) return [];
  const effect =
    level === 'bad' ? 'Routes stay as they are.' : 'Changes are seen at the next resync.';
  const detail = [`Since ${clock(new Date(since))}.`, error ?? '', effect].join(' ');
  return [{ level, title, detail, remedy }];
}

function passes(status: Status): readonly Problem[] {
  const { lastPass, docker, redis } = status;
  // A side that is down explains it, and is told by itself.
  const isExplained = lastPass !== null && !(docker.up && redis.up);
  return [...(isExplained ? [] : progress(status)), ...fence(status), ...refusal(status)];
}

function progress({ ready, lastPass }: Status): readonly Problem[] {
  if (ready.ok && lastPass?.result !== 'failed') return [];
  const detail = ready.reason ?? lastPass?.error ?? '';
  const remedy = 'It is tried again by itself; if it stays, the log says more.';
  if (lastPass === null) return [{ level: 'warn', title: 'Starting', detail, remedy }];
  const title = ready.ok ? 'The last pass failed' : 'Not ready';
  return [{ level: 'bad', title, detail, remedy }];
}

function fence({ lastPass }: Status): readonly Problem[] {
  if (lastPass?.result !== 'fenced') return [];
  const title = 'The last pass was fenced';
  const detail = 'Another controller of this owner was quicker; nothing was written.';
  const remedy = 'If it stays: one controller is enough for an engine.';
  return [{ level: 'warn', title, detail, remedy }];
}

function refusal({ guard }: Status): readonly Problem[] {
  if (guard === null) return [];
  const title = `The guard puts off ${count(guard.vhosts.length, 'removal')}`;
  const detail = `So many hosts would lose their last backend at once: ${some(guard.vhosts)}.`;
  const remedy = 'If the containers are really gone, it follows after guard.confirmAfter.';
  return [{ level: 'bad', title, detail, remedy }];
}

function observed({ faults, unknown }: Status): readonly Problem[] {
  const broken = faults.map(({ key, problem }): Problem => {
    const remedy = 'Look at the key (redis-cli TYPE) and delete it, or find out who writes it.';
    return { level: 'bad', title: `${key} is left alone`, detail: problem, remedy };
  });
  if (unknown.length === 0) return broken;
  const title = `${count(unknown.length, 'container')} cannot be read now`;
  const remedy = 'It is tried again by itself; what they have stays.';
  return [...broken, { level: 'warn', title, detail: some(unknown), remedy }];
}

function routes(rows: readonly RouteRow[]): readonly Problem[] {
  const inState = (state: string) =>
    rows.filter((row) => row.state === state).map(({ vhost }) => vhost);
  const [dead, held, impaired] = [inState('dead'), inState('held'), inState('impaired')];
  const found: Problem[] = [];
  if (dead.length > 0) {
    const title = `${count(dead.length, 'host')} with no backend that answers`;
    const remedy = 'Look at the containers behind: docker logs. Marks lapse by themselves.';
    found.push({ level: 'bad', title, detail: some(dead), remedy });
  }
  if (held.length > 0) {
    const title = `${count(held.length, 'host is', 'hosts are')} held: clients get 503`;
    const remedy = 'No container is ready for them: see what is not routed, or start one.';
    found.push({ level: 'warn', title, detail: some(held), remedy });
  }
  if (impaired.length > 0) {
    const title = `${count(impaired.length, 'host')} with a dead backend`;
    const remedy = 'Others answer meanwhile. Look at the container behind: docker logs.';
    found.push({ level: 'warn', title, detail: some(impaired), remedy });
  }
  return found;
}

function containers(all: readonly Container[]): readonly Problem[] {
  const rejected = all.filter(needsPerson);
  if (rejected.length === 0) return [];
  const title = `${count(rejected.length, 'container')} not routed as asked`;
  const detail = some(rejected.map(({ name }) => name));
  return [{ level: 'warn', title, detail, remedy: 'What was seen, and what to write, is below.' }];
}
