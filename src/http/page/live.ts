import type { Change, Container, Plan, Route, State, Status } from './answers.ts';

interface Present {
  readonly status: Status;
  readonly revisions: Readonly<Record<'routes' | 'containers' | 'changes', number>>;
}

type Update = (part: Partial<State>) => void;

/** The controller says something at least every 10 s. */
const SILENCE_MS = 25_000;
const RETRY_MS = 5_000;
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
      update({ connection: 'lost' });
      clearTimeout(silence);
      silence = setTimeout(open, RETRY_MS);
    };
    source.addEventListener('present', ({ data }: MessageEvent<string>) => {
      heard();
      const { status, revisions } = JSON.parse(data) as Present;
      update({ connection: 'live', status });
      look(connections, status, revisions);
    });
    source.addEventListener('alive', heard);
    source.addEventListener('open', heard);
    source.addEventListener('error', again);
    heard();
  };
  open();
}

/** One request for each kind at a time, and one more if it changed meanwhile. */
function createLook(update: Update) {
  const routes = repeater(async () => {
    const answer = await get<{ routes: readonly Route[] }>('routes');
    if (answer !== null) update({ routes: answer.routes, routesAt: Date.now() });
  });
  const containers = repeater(async () => {
    const answer = await get<{ containers: readonly Container[] }>('containers');
    if (answer !== null) update({ containers: answer.containers });
  });
  const changes = repeater(async () => {
    const answer = await get<{ changes: readonly Change[] }>('changes');
    if (answer !== null) update({ changes: answer.changes });
  });
  const plan = repeater(async () => {
    update({ plan: await getPlan(), planAt: Date.now() });
    await new Promise((resolve) => setTimeout(resolve, PLAN_PAUSE_MS));
  });
  return (connection: number, { lastPass }: Status, revisions: Present['revisions']) => {
    routes(`${connection} ${revisions.routes}`);
    containers(`${connection} ${revisions.containers}`);
    changes(`${connection} ${revisions.changes}`);
    plan(JSON.stringify([connection, lastPass?.result, revisions]));
  };
}

function repeater(run: () => Promise<void>): (revision: string) => void {
  let wanted = '';
  let done = '';
  let isRunning = false;
  const work = async () => {
    isRunning = true;
    while (done !== wanted) {
      const now = wanted;
      await run();
      done = now;
    }
    isRunning = false;
  };
  return (revision) => {
    wanted = revision;
    if (!isRunning) void work();
  };
}

/** null: not now; the connection's state or the status tells why. */
async function get<T>(what: string): Promise<T | null> {
  try {
    const answer = await fetch(`/api/v1/${what}`);
    return answer.ok ? ((await answer.json()) as T) : null;
  } catch {
    return null; // the stream of events breaks as well, and that is shown
  }
}

type PlanAnswer = Omit<Extract<Plan, { readonly kind: 'plan' }>, 'kind'>;

async function getPlan(): Promise<Plan> {
  try {
    const answer = await fetch('/api/v1/plan');
    if (answer.ok) return { ...((await answer.json()) as PlanAnswer), kind: 'plan' };
    const { detail } = (await answer.json()) as { readonly detail: string };
    return { kind: 'problem', detail };
  } catch {
    return { kind: 'problem', detail: 'The controller does not answer.' };
  }
}
