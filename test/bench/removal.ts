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
    const delays: number[] = [];
    const failures: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const { delayMs, failed } = await killOne(system, system.host(`kill-${time}`));
      delays.push(delayMs);
      failures.push(failed);
    }
    const failed = `median ${quantile(failures, 0.5)}, max ${quantile(failures, 1)}`;
    return [
      {
        what: '`docker kill` to not routed',
        result: distribution(delays),
        aim: 'median < 100 (engines from 23 on)',
      },
      { what: 'requests that failed meanwhile', result: failed, aim: 'at most 5' },
    ];
  } finally {
    await system.close();
  }
}

interface Visit {
  readonly at: number;
  readonly answered: Promise<{ readonly status: number; readonly at: number }>;
}

async function killOne(system: System, host: string): Promise<{ delayMs: number; failed: number }> {
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
  }, EVERY_MS);
  await sleep(CALM_MS);
  const killedAt = performance.now();
  await container.kill();
  while (outcome.notRoutedAt === null) await sleep(1);
  clearInterval(visitor);
  const after = visits.filter(({ at }) => at >= killedAt);
  const statuses = await Promise.all(after.map(({ answered }) => answered));
  const failed = statuses.filter(({ status }) => status !== 200 && !NOT_ROUTED.includes(status));
  await container.remove();
  return { delayMs: outcome.notRoutedAt - killedAt, failed: failed.length };
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
