import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor, waitUntil } from '../../parts/wait-for.ts';
import type { Aim, Answer, Row, Scene } from './row.ts';
import type { Outcome } from './stage.ts';

const CUT_MS = 60_000;
/** For how long a node that is back may run what it had. */
const BACK_MS = 30_000;
/** At which rate a front may still send requests to who is gone, until it has marked it: each connect timeout. */
const CONNECT_TIMEOUT_MS = 3_000;
const LONG = { timeoutMs: 120_000, everyMs: 100 };

/** What was on its way to the node; whoever comes until it is marked waits for one connect timeout. */
const FEW: Aim = {
  text: `failed: those in flight; slowest ${CONNECT_TIMEOUT_MS} ms; nothing by who should not serve`,
  isMet: ({ failed, ofTheDying, more, slowestMs }) =>
    failed === ofTheDying && more['by the old'] === 0 && slowestMs <= CONNECT_TIMEOUT_MS + 500,
};

/** Answers since then by tasks of a node that listened before. */
function oldAnswers({ answers, victim }: Scene, since: number): number {
  const old = answers.filter(
    ({ node, listensSince, beganAt }) =>
      node === victim.id && listensSince < since && beganAt > since,
  );
  return old.length;
}

/** The slowest answer so far: how long it took, when its request began since then, and which slot gave it. */
function slowestSince({ answers }: Scene, since: number): string {
  const slowest = answers.reduce<Answer | null>(
    (found, one) => (found === null || spanOf(one) > spanOf(found) ? one : found),
    null,
  );
  if (slowest === null) return 'none';
  const { beganAt, slot, node } = slowest;
  return `${seconds(spanOf(slowest))} from ${seconds(beganAt - since)} on, slot ${slot} of ${node.slice(0, 5)}`;
}

function spanOf({ beganAt, at }: Answer): number {
  return at - beganAt;
}

/** As a power cut does: the others hear no more of it at that moment. */
async function kill({ victim }: Scene): Promise<number> {
  await victim.link('down');
  const at = Date.now();
  await victim.crash();
  return at;
}

/** Until three of other nodes have answered that began to listen since then, or the ones that are left. */
async function untilReplaced(scene: Scene, since: number): Promise<number> {
  await waitUntil(
    'a replacement to answer',
    () =>
      scene.answers.some(
        ({ node, listensSince }) => node !== scene.victim.id && listensSince > since,
      ),
    LONG,
  );
  return Date.now();
}

async function revive({ victim, ground }: Scene): Promise<void> {
  await victim.start();
  await victim.link('up');
  await ground.settle();
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

async function killed(scene: Scene): Promise<Outcome['more']> {
  const at = await kill(scene);
  const replacedMs = (await untilReplaced(scene, at)) - at;
  return {
    ...{ 'replaced after': seconds(replacedMs), 'by the old': oldAnswers(scene, at) },
    'slowest answer': slowestSince(scene, at),
  };
}

/** What fails by itself. */
export const OUTAGES: readonly Row[] = [
  {
    what: 'node cut off for 60 s and back',
    aim: FEW,
    happen: async (scene) => {
      await scene.victim.link('down');
      const at = Date.now();
      const replacedMs = (await untilReplaced(scene, at)) - at;
      await sleep(at + CUT_MS - Date.now());
      await scene.victim.link('up');
      await sleep(BACK_MS);
      return { 'replaced after': seconds(replacedMs), 'by the old': oldAnswers(scene, at) };
    },
  },
  { what: 'node killed', aim: FEW, happen: killed, mend: revive },
  { what: 'leader killed', aim: FEW, victim: 'leader', happen: killed, mend: revive },
  {
    what: "Redis' node killed, empty elsewhere",
    aim: {
      text: 'failed: those in flight; routes right within 5 s of Redis being back',
      isMet: ({ failed, ofTheDying, more }) =>
        failed === ofTheDying && Number(more['routes after ms']) <= 5_000,
    },
    victim: 'redis',
    happen: async (scene) => {
      const { docker, victim, third, ground, host } = scene;
      const at = await kill(scene);
      await waitFor(
        'Redis to be wanted elsewhere',
        () => docker('node', 'update', '--label-rm', 'autodock.redis', victim.id),
        LONG,
      );
      await docker('node', 'update', '--label-add', 'autodock.redis=true', third.id);
      const redis = await waitFor(
        'Redis to be back',
        async () => {
          const found = await ground.redis();
          if (found.node === victim) throw new Error('the old one');
          return found;
        },
        LONG,
      );
      await waitUntil(
        'the routes of who lives',
        async () => (await redis.client.llen(`frontend:${host}`)) >= 3,
        LONG,
      );
      const rightAt = Date.now();
      redis.client.disconnect();
      await untilReplaced(scene, at);
      return {
        'routes after ms': rightAt - redis.startedAt,
        'Redis away': seconds(redis.startedAt - at),
        'slowest answer': slowestSince(scene, at),
      };
    },
    mend: revive,
  },
];
