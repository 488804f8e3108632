import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Parts } from '../../src/daemon/parts.ts';
import { startSweep } from '../../src/daemon/sweep.ts';
import type { TriggerReason } from '../../src/model/trigger.ts';
import type { EndedPass } from '../../src/reconcile.ts';
import { emptyWorld } from '../laws/dump.ts';
import { waitUntil } from '../parts/wait-for.ts';
import { container, on } from '../unit/desire/containers.ts';
import { simulatedRedis } from './simulated-redis.ts';

test('a pass follows what was taken back, as the host may have to be held', async () => {
  const world = {
    ...emptyWorld(),
    lists: new Map([['lost.example', ['lost.example', 'http://172.17.0.2:80']]]),
    scores: new Map([['me', '1']]),
    told: new Map([['lost.example', ['me']]]),
  };
  const triggers: TriggerReason[] = [];
  const workload = container(1, { addresses: [on('bridge', '172.17.0.2')] });
  const routes = [{ vhost: 'another.example' }];
  const pass = {
    ...{ result: 'in_sync', plan: { owner: 'me' }, workloads: [workload] },
    desired: { verdicts: [{ id: workload.id, routes, rejections: [] }] },
  } as unknown as EndedPass['pass'];
  const told = startSweep({
    config: { redis: { keyPrefix: '' }, policy: 'sync' },
    wiring: { redis: simulatedRedis(world, { now: 0, run: 'one' }, new Map()) },
    status: { strays: [] },
    metrics: { strays: { set: () => undefined } },
    log: pino({ level: 'silent' }),
    loop: { trigger: (reason: TriggerReason) => triggers.push(reason) },
  } as unknown as Parts);
  const ended = { result: 'in_sync', durationMs: 1, pass, before: null } as const;
  told({ ...ended, reasons: new Set(['resync']) });
  await waitUntil('the pass', () => triggers.length > 0);
  expect([triggers, world.lists.size]).toEqual([['retry'], 0]);
});
