import type { Condition, State, Status } from './answers.ts';
import type { Problem } from './problem.ts';
import { clock, count, sentences, short, some } from './words.ts';

/** What the controller says of itself and of both sides. */
export function statusProblems(status: Status): readonly Problem[] {
  return [...sides(status), ...passes(status), ...observed(status)];
}

/** The controller is not heard. */
export function lostProblem({ connectionSince }: State): Problem {
  const since = clock(new Date(connectionSince));
  return {
    level: 'bad',
    title: 'The controller does not answer',
    detail: `Since ${since}. What stands here is from before. Routes stay as they are.`,
    remedy: 'Does it run? See docker ps and docker logs. This page connects again by itself.',
  };
}

function sides({ docker, redis, lastPass }: Status): readonly Problem[] {
  // Nothing was tried yet: a moment after the start this is no news.
  if (lastPass === null && redis.error === null && docker.error === null) return [];
  return [
    ...down(redis, 'Redis', 'AUTODOCK_REDIS_URL'),
    ...down(docker, 'Docker', 'AUTODOCK_DOCKER_HOST'),
    ...(docker.up ? silence(docker.eventStream) : []),
  ];
}

function down({ up, since, error }: Condition, name: string, setting: string): readonly Problem[] {
  if (up) return [];
  const effect = 'Routes stay as they are';
  return [
    {
      level: 'bad',
      title: `${name} does not answer`,
      detail: sentences(`Since ${clock(new Date(since))}`, error ?? '', effect),
      remedy: `Start ${name}, or correct ${setting}. autodock goes on by itself.`,
    },
  ];
}

function silence(stream: Status['docker']['eventStream']): readonly Problem[] {
  const { enabled, up, since, error } = stream;
  if (up || !enabled) return [];
  const effect = 'Changes are seen at the next resync';
  return [
    {
      level: 'warn',
      title: 'Docker sends no events',
      detail: sentences(`Since ${clock(new Date(since))}`, error ?? '', effect),
      remedy: 'It is asked again by itself. If this stays: does a proxy forbid GET /events?',
    },
  ];
}

function passes(status: Status): readonly Problem[] {
  const { lastPass, docker, redis } = status;
  // A side that is down explains it, and is told by itself.
  const isExplained = lastPass !== null && !(docker.up && redis.up);
  return [...(isExplained ? [] : progress(status)), ...fence(status), ...refusal(status)];
}

function progress({ ready, lastPass }: Status): readonly Problem[] {
  if (ready.ok && lastPass?.result !== 'failed') return [];
  const detail = sentences(ready.reason ?? lastPass?.error ?? '');
  const remedy = 'It is tried again by itself. If it stays, the log says more.';
  if (lastPass === null) return [{ level: 'warn', title: 'Starting', detail, remedy }];
  const title = ready.ok ? 'The last pass failed' : 'Not ready';
  return [{ level: 'bad', title, detail, remedy }];
}

function fence({ lastPass }: Status): readonly Problem[] {
  if (lastPass?.result !== 'fenced') return [];
  const title = 'The last pass was fenced';
  const detail = 'Another controller of this owner was quicker; nothing was written.';
  const remedy = 'If it stays: one controller is enough for an engine. Stop the other.';
  return [{ level: 'warn', title, detail, remedy }];
}

function refusal({ guard }: Status): readonly Problem[] {
  if (guard === null) return [];
  const title = `The guard puts off ${count(guard.vhosts.length, 'removal')}`;
  const detail = `These would lose their last backend all at once: ${some(guard.vhosts)}.`;
  const remedy =
    'Are their containers really gone? See docker ps. If so they go after guard.confirmAfter.';
  return [{ level: 'bad', title, detail, remedy }];
}

function observed({ faults, unknown }: Status): readonly Problem[] {
  const broken = faults.map(({ key, problem }): Problem => {
    const remedy = 'Look at the key with redis-cli; delete it, or find out who writes it.';
    return {
      level: 'bad',
      title: `${short(key)} is left alone`,
      detail: sentences(problem),
      remedy,
    };
  });
  if (unknown.length === 0) return broken;
  const title = `${count(unknown.length, 'container')} cannot be read now`;
  const remedy = 'It is tried again by itself. What they have stays.';
  return [...broken, { level: 'warn', title, detail: some(unknown), remedy }];
}
