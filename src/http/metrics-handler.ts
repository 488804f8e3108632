import { Registry, type RegistryContentType } from 'prom-client';
import type { Reply } from './reply.ts';
import type { RequestHandler } from './server.ts';

/**
 * The registry knows one format at a time, so that answers in the other one wait for their turn. For
 * OpenMetrics, prom-client takes `_total` off the names of counters and leaves it off: they are put back.
 */
export function metricsHandler(registry: Registry): RequestHandler {
  let turn: Promise<unknown> = Promise.resolve();
  return ({ accept }) => {
    const answer = async (): Promise<Reply> => {
      const isOpenMetrics = accept.includes('application/openmetrics-text');
      // prom-client types a registry by its format, though it can change it.
      (registry as Registry<RegistryContentType>).setContentType(
        isOpenMetrics ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE,
      );
      const names = registry.getMetricsAsArray().map((metric) => [metric, metric.name] as const);
      try {
        const body = await registry.metrics();
        return { kind: 'answer', status: 200, type: registry.contentType, body };
      } finally {
        for (const [metric, name] of names) metric.name = name;
      }
    };
    const mine = turn.then(answer);
    turn = mine.catch(() => undefined);
    return mine;
  };
}
