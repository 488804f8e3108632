import { Counter, Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { metricsHandler } from '../../../src/http/metrics-handler.ts';

test('names stay as they are though a page of metrics fails', async () => {
  const registry = new Registry();
  const counter = new Counter({ name: 'a_total', help: 'a', registers: [registry] });
  counter.inc();
  const gauge: { fails: boolean } = { fails: true };
  const collect = () => {
    if (gauge.fails) throw new Error('not now');
  };
  new Gauge({ name: 'b', help: 'b', registers: [registry], collect }).set(1);
  const handler = metricsHandler(registry);
  const ask = (accept: string) => handler({ accept, ifNoneMatch: '' });
  await expect(ask('application/openmetrics-text')).rejects.toThrow('not now');
  gauge.fails = false;
  const reply = await ask('');
  expect(reply.kind === 'answer' && String(reply.body)).toContain('a_total 1');
});
