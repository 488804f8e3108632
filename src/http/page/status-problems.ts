import type { ShownCondition, StatusAnswer } from '../../answers/status.ts';
import type { ShownProblem } from './problem.ts';
import type { PageState } from './state.ts';
import { clock, count, sentences, short, some } from './words.ts';

/** What the controller says of itself and of both sides. */
export function statusProblems(status: StatusAnswer): readonly ShownProblem[] {
  return [...sides(status), ...passes(status), ...observed(status), ...maintenance(status)];
}

/** The controller is not heard. */
export function lostProblem({ connectionSince }: PageState): ShownProblem {
  const since = clock(new Date(connectionSince));
  return {
    level: 'bad',
    title: 'The controller does not answer',
    detail: `Since ${since}. What stands here is from before. Routes stay as they are.`,
    remedy: 'Does it run? See docker ps and docker logs. This page connects again by itself.',
  };
}

function sides({ docker, redis }: StatusAnswer): readonly ShownProblem[] {
  return [
    ...down(redis, 'Redis', 'AUTODOCK_REDIS_URL'),
    ...eviction(redis),
    ...down(docker, 'Docker', 'AUTODOCK_DOCKER_HOST'),
    ...(docker.up ? silence(docker.eventStream) : []),
  ];
}

/** A side that was not tried yet is not down. */
function isDown({ up, error }: ShownCondition): boolean {
  return !up && error !== null;
}

function down(side: ShownCondition, name: string, setting: string): readonly ShownProblem[] {
  if (!isDown(side)) return [];
  const { since, error } = side;
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

function eviction({ evictionPolicy }: StatusAnswer['redis']): readonly ShownProblem[] {
  if (evictionPolicy === null || evictionPolicy === 'noeviction') return [];
  return [
    {
      level: 'warn',
      title: 'Redis may lose routes',
      detail: `When its memory is full it removes keys by itself (maxmemory-policy ${evictionPolicy}).`,
      remedy: 'redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf.',
    },
  ];
}

function silence(stream: StatusAnswer['docker']['eventStream']): readonly ShownProblem[] {
  if (!isDown(stream) || !stream.enabled) return [];
  const { since, error } = stream;
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

function passes(status: StatusAnswer): readonly ShownProblem[] {
  const { docker, redis } = status;
  // A side that is down explains it, and is told by itself.
  const isExplained = isDown(docker) || isDown(redis);
  return [...(isExplained ? [] : progress(status)), ...fence(status), ...refusal(status)];
}

function progress({ ready, lastPass }: StatusAnswer): readonly ShownProblem[] {
  if (ready.ok && lastPass?.result !== 'failed') return [];
  const detail = sentences(ready.reason ?? lastPass?.error ?? '');
  const remedy = 'It is tried again by itself. If it stays, the log says more.';
  if (lastPass === null) return [{ level: 'warn', title: 'Starting', detail, remedy }];
  const title = ready.ok ? 'The last pass failed' : 'Not ready';
  return [{ level: 'bad', title, detail, remedy }];
}

function fence({ lastPass }: StatusAnswer): readonly ShownProblem[] {
  if (lastPass?.result !== 'fenced') return [];
  const title = 'The last pass was fenced';
  const detail = 'Another controller of this owner was quicker; nothing was written.';
  const remedy = 'If it stays: one controller is enough for an engine. Stop the other.';
  return [{ level: 'warn', title, detail, remedy }];
}

function refusal({ guard }: StatusAnswer): readonly ShownProblem[] {
  if (guard === null) return [];
  const title = `The guard puts off ${count(guard.vhosts.length, 'removal')}`;
  const detail = `These would lose their last backend all at once: ${some(guard.vhosts)}.`;
  const remedy =
    'Are their containers really gone? See docker ps. If so they go after guard.confirmAfter.';
  return [{ level: 'bad', title, detail, remedy }];
}

function observed({ faults, strays, unknown }: StatusAnswer): readonly ShownProblem[] {
  const broken = faults.map(({ vhost, key, problem }): ShownProblem => {
    const remedy = 'Look at the key with redis-cli; delete it, or find out who writes it.';
    return {
      level: 'bad',
      title: `${short(vhost)} is left alone`,
      detail: sentences(`${key} ${problem}`),
      remedy,
    };
  });
  const found = [...broken, ...strays.map(strayProblem)];
  if (unknown.length === 0) return found;
  const title = `${count(unknown.length, 'container')} cannot be read now`;
  const remedy = 'It is tried again by itself. What they have stays.';
  return [...found, { level: 'warn', title, detail: some(unknown), remedy }];
}

function strayProblem(stray: StatusAnswer['strays'][number]): ShownProblem {
  const { vhost, url, container, remedy } = stray;
  const title = `${short(vhost)} leads to another application`;
  const detail = `Nobody claims ${url}, and ${container} has its address and asks for other hosts.`;
  return { level: 'bad', title, detail, remedy };
}

function maintenance({ off }: StatusAnswer): readonly ShownProblem[] {
  return off.map(({ vhost, since, by, text }) => {
    const when = since === null ? '' : `Since ${clock(new Date(since))}`;
    const who = by === null ? '' : `By ${by}`;
    const said = text === '' ? '' : `Clients read: ${text}`;
    const title = `${short(vhost)} is off`;
    const remedy = `autodock on ${vhost} lets it be answered again.`;
    return { level: 'warn', title, detail: sentences(when, who, said), remedy };
  });
}
