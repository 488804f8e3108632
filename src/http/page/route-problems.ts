import type { ShownProblem } from './problem.ts';
import type { RouteRow, RouteState } from './rows.ts';
import { count, some } from './words.ts';

/** Routes that serve nobody, or only some. */
export function routeProblems(rows: readonly RouteRow[]): readonly ShownProblem[] {
  return [
    ...dead(inState(rows, 'dead')),
    ...unproven(inState(rows, 'unproven')),
    ...held(inState(rows, 'held')),
    ...impaired(inState(rows, 'impaired')),
  ];
}

function inState(rows: readonly RouteRow[], state: RouteState): readonly RouteRow[] {
  return rows.filter((row) => row.state === state);
}

function dead(rows: readonly RouteRow[]): readonly ShownProblem[] {
  if (rows.length === 0) return [];
  const title = `${count(rows.length, 'host')} with no backend that answers`;
  const remedy = `${logsOf(rows)} A mark lapses by itself and is set again if nothing answers.`;
  return [{ level: 'bad', title, detail: namesOf(rows), remedy }];
}

function unproven(rows: readonly RouteRow[]): readonly ShownProblem[] {
  if (rows.length === 0) return [];
  const title = `${count(rows.length, 'host')} whose backends accept no connection`;
  const remedy = `Requests wait (FRONT_HOLD), then get 503. ${logsOf(rows)}`;
  return [{ level: 'bad', title, detail: namesOf(rows), remedy }];
}

function held(rows: readonly RouteRow[]): readonly ShownProblem[] {
  if (rows.length === 0) return [];
  const title = `${count(rows.length, 'host is', 'hosts are')} held: clients get 503`;
  const remedy = 'No container is ready for it. “Not routed as asked” says why, or start one.';
  return [{ level: 'warn', title, detail: namesOf(rows), remedy }];
}

function impaired(rows: readonly RouteRow[]): readonly ShownProblem[] {
  if (rows.length === 0) return [];
  const title = `${count(rows.length, 'host')} with a backend that does not answer`;
  return [
    {
      level: 'warn',
      title,
      detail: namesOf(rows),
      remedy: `Others answer meanwhile. ${logsOf(rows)}`,
    },
  ];
}

function namesOf(rows: readonly RouteRow[]): string {
  return some(rows.map(({ vhost }) => vhost));
}

/** Names only what can be pasted into a shell. */
function logsOf(rows: readonly RouteRow[]): string {
  const down = rows
    .flatMap(({ backends }) => backends)
    .filter((backend) => backend.deadSlots > 0 || backend.unproven);
  const name = down.flatMap(({ containers }) => containers).find((text) => /^[\w.-]+$/.test(text));
  return name === undefined ? 'Look at what should answer there.' : `See docker logs ${name}.`;
}
