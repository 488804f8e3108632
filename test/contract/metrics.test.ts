import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createMetrics } from '../../src/telemetry/metrics.ts';

test('promtool finds nothing to say against any metric', async () => {
  const promtool = spawn('promtool', ['check', 'metrics']);
  promtool.stdin.end(await createMetrics('1.2.3').registry.metrics());
  const said = Promise.all([text(promtool.stdout), text(promtool.stderr)]);
  const [code] = await once(promtool, 'close');
  expect([code, ...(await said)]).toEqual([0, '', '']);
});
