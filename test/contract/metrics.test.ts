import { expect, test } from 'vitest';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { promtool } from '../parts/promtool.ts';

test('promtool finds nothing to say against any metric', async () => {
  const metrics = await createMetrics('1.2.3').registry.metrics();

  expect(await promtool(['check', 'metrics'], metrics)).toEqual({ code: 0, said: '' });
});
