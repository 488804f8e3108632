import { describe, expect, test } from 'vitest';
import { VERDICTS } from '../../../src/model/frontend.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';

describe('metrics', () => {
  test('have every label value from the start, so that a rate exists before the first failure', async () => {
    const text = await createMetrics('1.2.3').registry.metrics();
    for (const result of ['in_sync', 'applied', 'refused', 'fenced', 'failed']) {
      expect(text).toContain(`autodock_reconcile_total{result="${result}"} 0`);
    }
    for (const verdict of VERDICTS) {
      expect(text).toContain(`autodock_containers{verdict="${verdict}"} 0`);
    }
    for (const owner of ['self', 'other', 'foreign']) {
      expect(text).toContain(`autodock_routes{owner="${owner}"} 0`);
    }
    expect(text).toMatch(/autodock_build_info\{version="1.2.3",node="v\d+[^"]*"\} 1/);
    expect(text).toContain('process_cpu_seconds_total');
  });

  test('count, and keep apart two registries of one process', async () => {
    const [one, two] = [createMetrics('1'), createMetrics('1')];
    one.reconcile('failed');
    one.routes('self', 7);
    expect(await one.registry.metrics()).toContain('autodock_reconcile_total{result="failed"} 1');
    expect(await one.registry.metrics()).toContain('autodock_routes{owner="self"} 7');
    expect(await two.registry.metrics()).toContain('autodock_reconcile_total{result="failed"} 0');
  });
});
