import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { runCommand } from '../parts/controller.ts';
import type { TestContainer } from '../parts/docker.ts';
import type { System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { type LostRequest, type PhaseResult, startTraffic } from '../parts/traffic.ts';
import { WORK_PATH, workServer } from '../parts/work-server.ts';

const PER_SECOND = 250;
/** Traffic before something happens, and after it is mended. */
const CALM_MS = 1500;
const PAUSE_MS = 1000;
/** Longer than the front waits for anything. */
const DEADLINE_MS = 300_000;
/** At least so long in all. */
const TRAFFIC_MS = 30_000;
/** Timers may end a millisecond early. */
const EARLY_MS = 10;

const COMMAND = workServer({ workMs: 20 });

/** Phases in which a replica ends, and what it was working on with it. */
const DEADLY = new Set(['stopped gracefully', 'killed', 'restarted, new address']);

const test = systemTest({
  redis: { args: ['--appendonly', 'yes'] },
  // A replica takes connections as fast as a busy machine lets it: no time-out has a say in who answers.
  frontEnv: { FRONT_CONNECT_TIMEOUT: '60s', FRONT_READ_TIMEOUT: '120s' },
});

describe('under steady traffic', () => {
  test('no request is lost but those that a dying backend had and nobody may repeat', async ({
    system,
  }) => {
    const host = system.host('steady');
    const run = () => system.run(host, { command: COMMAND });
    const replicas = [await run(), await run(), await run()];
    const steps = phases(system, host, replicas, run);
    await steps.begin();
    const traffic = startTraffic(
      {
        ...{ port: system.front.port, host, perSecond: PER_SECOND, postPath: WORK_PATH },
        deadlineMs: DEADLINE_MS,
      },
      'nothing happens',
    );
    const begun = performance.now();
    await sleep(CALM_MS);
    for (const [phase, happen] of Object.entries(steps.phases)) {
      traffic.phase(phase);
      await happen();
      await sleep(CALM_MS);
    }
    await sleep(Math.max(0, begun + TRAFFIC_MS + EARLY_MS - performance.now()));
    const results = await traffic.stop();

    console.log(table(results));
    const requests = results.reduce((sum, result) => sum + result.requests, 0);
    const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
    expect(requests / seconds).toBeGreaterThanOrEqual(200);
    expect(seconds).toBeGreaterThanOrEqual(TRAFFIC_MS / 1000);
    const lost = results.flatMap((result) => result.lost);
    expect(lost.filter((request) => !isOfTheDying(request))).toEqual([]);
  });
});

/** Whether a replica took it along that ended meanwhile: what could be sent to another one is the front's to save. */
function isOfTheDying({ isFinal, phases }: LostRequest): boolean {
  return isFinal && phases.some((phase) => DEADLY.has(phase));
}

/** What happens, one after the other; each ends with three replicas in service, as it begins. */
function phases(
  system: System,
  host: string,
  replicas: TestContainer[],
  run: () => Promise<TestContainer>,
): { begin(): Promise<void>; readonly phases: Readonly<Record<string, () => Promise<void>>> } {
  const [first, second, third] = replicas as [TestContainer, TestContainer, TestContainer];
  const networks = new Map<TestContainer, string>();
  const serve = async (...some: readonly TestContainer[]) => {
    const urls = some.map((replica) => system.url(replica, 80, networks.get(replica)));
    await system.routes.becomes(host, await Promise.all(urls));
  };
  const allServe = () => serve(...replicas);
  const replace = async (index: number) => {
    replicas[index] = await run();
    await allServe();
  };
  const steps = {
    'stopped gracefully': async () => {
      await first.stop();
      await serve(second, third);
      await replace(0);
    },
    killed: async () => {
      await second.kill();
      await serve(...replicas.filter((replica) => replica !== second));
      await replace(1);
    },
    'drained, and killed': async () => {
      const [drained = first] = replicas;
      const id = drained.id.slice(0, 12);
      const { code, stderr } = await runCommand(system.options, 'drain', id, '--wait');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      await drained.kill();
      await replace(0);
    },
    'restarted, new address': async () => {
      await third.stop();
      const network = await system.docker.network();
      await network.connect(third);
      await system.docker.engine.getNetwork('bridge').disconnect({ Container: third.id });
      await third.start();
      networks.set(third, network.name);
      await allServe();
    },
    paused: async () => {
      await third.pause();
      await sleep(PAUSE_MS);
      await third.unpause();
      await allServe();
    },
    'controller killed': async () => {
      await system.controller.restart();
      await system.controller.waitReady();
      await allServe();
    },
    'Redis restarted': () => system.redis.restart(),
    'front reloaded': async () => void process.kill(system.front.pid, 'SIGHUP'),
  };
  return { begin: allServe, phases: steps };
}

function table(results: readonly PhaseResult[]): string {
  const rows = results.map(({ phase, seconds, requests, repeated, lost, slowestMs }) => {
    const causes = [...new Set(lost.map(({ what }) => what))].map(
      (cause) => `${lost.filter(({ what }) => what === cause).length} x ${cause}`,
    );
    const isFinal = lost.filter((request) => request.isFinal).length;
    return [
      phase.padEnd(24),
      String(requests).padStart(8),
      `${seconds.toFixed(1)} s`.padStart(7),
      String(repeated).padStart(8),
      `${slowestMs.toFixed(0)} ms`.padStart(8),
      String(isFinal).padStart(5),
      String(lost.length - isFinal).padStart(10),
      ` ${causes.join(', ') || 'none'}`,
    ].join(' |');
  });
  const head = `${'phase'.padEnd(24)} | requests |    time | repeated |  slowest | final | repeatable | lost`;
  return [head, ...rows].join('\n');
}
