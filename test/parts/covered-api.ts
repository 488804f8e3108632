import { expect } from 'vitest';
import type { ChangesAnswer } from '../../src/answers/changes.ts';
import type { StatusAnswer } from '../../src/answers/status.ts';
import { TRIGGER_REASONS, type TriggerReason } from '../../src/model/trigger.ts';
import { type ApiDocument, readApiDocument } from './api-document.ts';
import type { Controller } from './controller.ts';
import type { FakeSystem } from './fake-system.ts';
import type { UnionCoverage } from './union-coverage.ts';
import { waitFor } from './wait-for.ts';

const READS = ['status', 'routes', 'containers', 'changes', 'plan'] as const;

/** A controller's answers, each held against its description and shown to the coverage. */
export interface CoveredApi extends ApiDocument {
  status(): Promise<StatusAnswer>;
  changes(): Promise<ChangesAnswer>;
  /** Every answer that a reader can get. */
  all(): Promise<void>;
}

/** Waits for the server. */
export async function coveredApi(
  { baseUrl }: Controller,
  coverage: UnionCoverage,
): Promise<CoveredApi> {
  await waitFor('the server', async () => (await fetch(`${baseUrl}/healthz`)).status);
  const document = await readApiDocument(baseUrl, coverage);
  return {
    ...document,
    status: async () => (await document.answers('/api/v1/status', 200)) as StatusAnswer,
    changes: async () => (await document.answers('/api/v1/changes', 200)) as ChangesAnswer,
    all: async () => {
      for (const what of READS) await document.answers(`/api/v1/${what}`, 200);
    },
  };
}

/** Does it again and again until a pass by this trigger is told. */
export async function provokeTrigger(
  coverage: UnionCoverage,
  api: CoveredApi,
  reason: TriggerReason,
  act: () => unknown,
): Promise<void> {
  await waitFor(`a pass by ${reason}`, async () => {
    await act();
    await waitFor(
      `${reason} to be told`,
      async () => {
        await api.status();
        await api.changes();
        expect(coverage.has(TRIGGER_REASONS, reason)).toBe(true);
      },
      { timeoutMs: 3_000, everyMs: 5 },
    );
  });
}

/** Writes a backend that nobody claims, at the address of who asks for another host, until the controller tells of it. */
export async function provokeStray({ redis, routed }: FakeSystem, api: CoveredApi): Promise<void> {
  const host = `stranger-${Date.now()}.test`;
  await routed(host);
  const url = (await redis.client.lindex(`frontend:${host}`, 1)) ?? '';
  await redis.client.rpush('frontend:lost.test', 'id', url);
  await waitFor('a stray', async () => expect((await api.status()).strays).not.toEqual([]));
}

/** Docker does not answer, and a pass has found that out. */
export async function shutUntilMissed(
  { fake, controller }: FakeSystem,
  api: CoveredApi,
): Promise<void> {
  await fake.shut();
  await controller.reconcile();
  const hasFailed = async () => expect((await api.status()).lastPass?.result).toBe('failed');
  await waitFor('a failure', hasFailed);
}

/** More removals at once than the guard lets through. */
export async function killMost({ fake, routed }: FakeSystem, api: CoveredApi): Promise<void> {
  const hosts = [1, 2, 3].map((n) => `guarded-${n}-${Date.now()}.test`);
  const made = await Promise.all(hosts.map((host) => routed(host)));
  fake.events.lose(true);
  for (const { id } of made) fake.world.kill(id);
  fake.events.lose(false);
  await waitFor('the guard', async () => expect((await api.status()).guard).not.toBeNull());
}
