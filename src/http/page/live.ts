import type { ChangesAnswer } from '../../answers/changes.ts';
import type { ContainersAnswer } from '../../answers/containers.ts';
import type { PlanAnswer } from '../../answers/plan.ts';
import type { PresentAnswer } from '../../answers/present.ts';
import type { ProblemAnswer } from '../../answers/problem.ts';
import type { RoutesAnswer } from '../../answers/routes.ts';
import type { StatusAnswer } from '../../answers/status.ts';
import type { PageState, PlanState } from './state.ts';

/** What is asked for when it has changed. */
interface Answers {
  readonly status: StatusAnswer;
  readonly routes: RoutesAnswer;
  readonly containers: ContainersAnswer;
  readonly changes: ChangesAnswer;
}

type Revisions = PresentAnswer['revisions'];

type Update = (part: Partial<PageState>) => void;

/** The controller says something at least every 10 s. */
const SILENCE_MS = 25_000;
const RETRY_MS = 5_000;
/** Beyond what the controller itself takes for any answer. */
const LONGEST_MS = 30_000;
/** Less than the pause before the next try. */
const ANSWER_MS = 4_000;
/** Of a controller that was asked: another connection makes it new. */
const UNTOLD: Revisions = { routes: -1, containers: -1, changes: -1 };
/** A plan is a look at Docker and Redis: not for every change of a storm. */
const PLAN_PAUSE_MS = 5_000;

/** Listens to the controller for ever, and asks for what it says has changed. */
export function listen(update: Update): void {
  const look = createLook(update);
  let silence: number | undefined;
  let connections = 0;
  const open = () => {
    // Another run of the controller counts anew: what it answers may differ though its revisions do not.
    connections += 1;
    const source = new EventSource('/api/v1/events');
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(again, SILENCE_MS);
    };
    const again = () => {
      source.close();
      clearTimeout(silence);
      silence = setTimeout(open, RETRY_MS);
      void poll(connections);
    };
    source.addEventListener('present', ({ data }: MessageEvent<string>) => {
      heard();
      const { status, revisions } = JSON.parse(data) as PresentAnswer;
      update({ connection: 'live', status });
      look(connections, status, revisions);
    });
    source.addEventListener('alive', heard);
    source.addEventListener('open', heard);
    source.addEventListener('error', again);
    heard();
  };
  /** A stream that is refused because too many listen does not mean that the controller is lost: it is asked instead. */
  const poll = async (connection: number) => {
    const status = await get('status', ANSWER_MS);
    if (status === null) {
      update({ connection: 'lost' });
      return;
    }
    update({ connection: 'live', status });
    look(connection, status, UNTOLD);
  };
  open();
}

/** One request for each kind at a time, and one more if it changed meanwhile. */
function createLook(update: Update) {
  const routes = repeater(async () => {
    const answer = await get('routes');
    if (answer !== null) update({ routes: answer.routes, routesAt: Date.now() });
    return answer !== null;
  });
  const containers = repeater(async () => {
    const answer = await get('containers');
    if (answer !== null) update({ containers: answer.containers });
    return answer !== null;
  });
  const changes = repeater(async () => {
    const answer = await get('changes');
    if (answer !== null) update({ changes: answer.changes });
    return answer !== null;
  });
  const plan = repeater(async () => {
    const found = await getPlan();
    if (found !== null) update({ plan: found, planAt: Date.now() });
    await new Promise((resolve) => setTimeout(resolve, PLAN_PAUSE_MS));
    return found?.kind === 'plan';
  });
  return (connection: number, { lastPass }: StatusAnswer, revisions: Revisions) => {
    routes(`${connection} ${revisions.routes}`);
    containers(`${connection} ${revisions.containers}`);
    changes(`${connection} ${revisions.changes}`);
    plan(JSON.stringify([connection, lastPass?.result, revisions]));
  };
}

/** @param run tells whether it was answered; else it is asked again after a pause */
function repeater(run: () => Promise<boolean>): (revision: string) => void {
  let retry: number | undefined;
  let wanted = '';
  let done = '';
  let isRunning = false;
  const work = async () => {
    isRunning = true;
    while (done !== wanted) {
      const now = wanted;
      if (await run()) {
        done = now;
      } else if (now === wanted) {
        retry = setTimeout(work, RETRY_MS);
        break;
      }
    }
    isRunning = false;
  };
  return (revision) => {
    if (revision === wanted) return;
    wanted = revision;
    clearTimeout(retry);
    if (!isRunning) void work();
  };
}

/** null: not now; the connection's state or the status tells why. */
async function get<W extends keyof Answers>(
  what: W,
  limitMs = LONGEST_MS,
): Promise<Answers[W] | null> {
  try {
    const answer = await fetch(`/api/v1/${what}`, { signal: AbortSignal.timeout(limitMs) });
    return answer.ok ? ((await answer.json()) as Answers[W]) : null;
  } catch {
    return null; // the stream of events breaks as well, and that is shown
  }
}

/** null: the controller does not answer, which is shown as such, and not as a fault of the plan. */
async function getPlan(): Promise<PlanState | null> {
  try {
    const answer = await fetch('/api/v1/plan', { signal: AbortSignal.timeout(LONGEST_MS) });
    if (answer.ok) return { ...((await answer.json()) as PlanAnswer), kind: 'plan' };
    const { detail } = (await answer.json()) as ProblemAnswer;
    return { kind: 'problem', detail };
  } catch {
    return null;
  }
}
