import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { ObserveError } from '../../../src/errors.ts';
import { observeClients } from '../../../src/report/observers.ts';
import { createStatus } from '../../../src/report/status.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { parseMetrics } from '../../parts/metrics.ts';

const SESSION = { engine: { id: 'id-1', name: 'here' }, apiVersion: '1.41', rootless: false };

function open() {
  const status = createStatus({ now: () => 0, wallClock: () => 0, patienceMs: 90_000 });
  const metrics = createMetrics('9.9.9');
  const observers = observeClients({ status, metrics, log: pino({ level: 'silent' }) });
  const answers = () => observers.onSession({ ...SESSION } as never);
  const dockerUp = async () => [
    status.conditions.docker.up,
    parseMetrics(await metrics.registry.metrics()).value('autodock_docker_up'),
  ];
  return { observers, answers, dockerUp };
}

describe('an engine', () => {
  test('that says who it is counts as up before anything was listed', async () => {
    const { answers, dockerUp } = open();
    expect(await dockerUp()).toEqual([null, 0]);
    answers();
    expect(await dockerUp()).toEqual([true, 1]);
  });

  test('that failed is up again only once its containers were listed', async () => {
    const { observers, answers, dockerUp } = open();
    observers.onDockerFailure(new ObserveError('docker-unreachable', 'Docker: no'));
    answers();
    expect(await dockerUp()).toEqual([false, 0]);
    observers.onDockerListed();
    expect(await dockerUp()).toEqual([true, 1]);
  });
});
