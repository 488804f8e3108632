import { describe, expect, test } from 'vitest';
import { ConfigError, ObserveError } from '../../../src/errors.ts';
import { type PlanHandlerOptions, planHandler } from '../../../src/http/plan-handler.ts';
import type { Plan } from '../../../src/model/plan.ts';

const NEVER = () => new Promise<Plan>(() => undefined);

async function ask(options: Partial<PlanHandlerOptions>) {
  const handler = planHandler({ compute: NEVER, untold: () => 0, limitMs: 60_000, ...options });
  const reply = await handler();
  if (reply.kind !== 'answer') throw new Error('no answer');
  return [reply.status, JSON.parse(String(reply.body)).detail];
}

describe('a plan', () => {
  test.each([
    new ObserveError('redis-unreachable', 'Redis: no'),
    new ConfigError('docker-identity', 'Docker: another engine'),
  ])('that cannot be made is not our fault: %s', async (error) => {
    expect(await ask({ compute: () => Promise.reject(error) })).toEqual([503, error.message]);
  });

  test('that hangs is told of in time, with how many containers it waits for', async () => {
    expect(await ask({ limitMs: 5, untold: () => 3 })).toEqual([
      503,
      expect.stringMatching(/within 0\.005 s: .* of 3 containers/),
    ]);
    expect((await ask({ limitMs: 5, untold: () => 1 }))[1]).toContain('of 1 container when');
  });

  test('that hangs is computed once for all who ask', async () => {
    let computed = 0;
    const compute = () => {
      computed += 1;
      return NEVER();
    };
    const handler = planHandler({ compute, untold: () => 0, limitMs: 5 });
    await handler();
    await handler();
    expect(computed).toBe(1);
  });

  test('with a fault of ours fails', async () => {
    const compute = () => Promise.reject(new TypeError('a fault'));
    await expect(ask({ compute })).rejects.toThrow('a fault');
  });
});
