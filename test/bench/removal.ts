import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '../parts/front.ts';
import { openSystem, type System } from '../parts/system.ts';
import { CALM_MS, createOne, startCrowd } from './crowd.ts';
import { distribution, type Measurement, quantile } from './table.ts';

const TIMES = 20;
const EVERY_MS = 10;
/** The front's answers for a vhost without a route: unknown, or held. */
const NOT_ROUTED: readonly number[] = [404, 503];

/** From `docker kill` to the first answer that says so, under 100 requests a second. */
export async function measureRemoval(): Promise<readonly Measurement[]> {
  const system = await openSystem({ gated: false, env: { AUTODOCK_HOLD: '10s' } });
  try {
    await startCrowd(system);
    const kills: Kill[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      kills.push(await killOne(system, system.host(`kill-${time}`)));
    }
    return [
      {
        what: '`docker kill` called to not routed',
        result: distribution(kills.map(({ sinceCallMs }) => sinceCallMs)),
        aim: 'median < 100 (engines from 23 on)',
      },
      {
        what: 'of which the engine took until it returned',
        result: distribution(kills.map(({ engineMs }) => engineMs)),
        aim: '',
      },
      {
        what: 'requests that failed since the call',
        result: counts(kills.map(({ failedSinceCall }) => failedSinceCall)),
        aim: 'at most 5',
      },
      {
        what: 'of which since the engine returned',
        result: counts(kills.map(({ failedSinceReturn }) => failedSinceReturn)),
        aim: '',
      },
    ];
  } finally {
    await system.close();
  }
}

/** What one kill cost. */
export interface Kill {
  readonly sinceCallMs: number;
  readonly engineMs: number;
  readonly failedSinceCall: number;
  readonly failedSinceReturn: number;
}

interface Visit {
  readonly at: number;
  readonly answered: Promise<{ readonly status: number; readonly at: number }>;
}

/**
 * Kills a container that is alone, under steady requests, once the passes after its start have become rare.
 *
 * @param everyMs between them; so exact is what comes out. Default: 100 a second
 */
export async function killOne(system: System, host: string, everyMs = EVERY_MS): Promise<Kill> {
  const container = await createOne(system, host);
  await container.start();
  await system.routes.becomes(host, [await system.url(container)]);
  const visits: Visit[] = [];
  const outcome: { notRoutedAt: number | null } = { notRoutedAt: null };
  const visitor = setInterval(() => {
    const answered = visitOnce(system, host);
    visits.push({ at: performance.now(), answered });
    void answered.then(({ status, at }) => {
      if (NOT_ROUTED.includes(status)) outcome.notRoutedAt ??= at;
    });
  }, everyMs);
  await sleep(CALM_MS);
  const calledAt = performance.now();
  await container.kill();
  const returnedAt = performance.now();
  while (outcome.notRoutedAt === null) await sleep(1);
  clearInterval(visitor);
  const failedAt = await failures(visits);
  await container.remove();
  return {
    sinceCallMs: outcome.notRoutedAt - calledAt,
    engineMs: returnedAt - calledAt,
    failedSinceCall: failedAt.filter((at) => at >= calledAt).length,
    failedSinceReturn: failedAt.filter((at) => at >= returnedAt).length,
  };
}

/** When the requests were sent that got neither the container's answer nor that it is not routed. */
async function failures(visits: readonly Visit[]): Promise<readonly number[]> {
  const answered = await Promise.all(
    visits.map(async ({ at, answered }) => ({ at, status: (await answered).status })),
  );
  return answered
    .filter(({ status }) => status !== 200 && !NOT_ROUTED.includes(status))
    .map(({ at }) => at);
}

async function visitOnce(
  { front }: System,
  host: string,
): Promise<{ readonly status: number; readonly at: number }> {
  const status = await request(front.port, host).then(
    (answer) => answer.status,
    () => 0,
  );
  return { status, at: performance.now() };
}

function counts(values: readonly number[]): string {
  return `median ${quantile(values, 0.5)}, max ${quantile(values, 1)}`;
}
