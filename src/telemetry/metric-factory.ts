import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What makes metrics, each of them registered. */
export type MetricFactory = ReturnType<typeof createMetricFactory>;

/** Makes metrics whose every label value is there from the start, on a registry. `autodock_` is put before each name. */
export function createMetricFactory(registry: Registry) {
  const describe = (name: string, help: string) => ({
    name: `autodock_${name}`,
    help,
    registers: [registry],
  });
  return {
    gauge: (name: string, help: string, labelNames: readonly string[] = []) =>
      new Gauge({ ...describe(name, help), labelNames: [...labelNames] }),
    plainCounter: (name: string, help: string) => new Counter(describe(name, help)),
    countedElsewhere: (name: string, help: string, count: () => number) =>
      new Counter({
        ...describe(name, help),
        collect() {
          this.reset();
          this.inc(count());
        },
      }),
    histogram: (name: string, help: string, buckets: readonly number[]) =>
      new Histogram({ ...describe(name, help), buckets: [...buckets] }),
    counter<V extends string, L extends string>(
      name: string,
      help: string,
      label: L,
      values: readonly V[],
    ) {
      const counter = new Counter({ ...describe(name, help), labelNames: [label] as string[] });
      const children = new Map(values.map((value) => [value, counter.labels(value)]));
      for (const child of children.values()) child.inc(0);
      return (value: V, by = 1) => children.get(value)?.inc(by);
    },
    gauges<V extends string, L extends string>(
      name: string,
      help: string,
      label: L,
      values: readonly V[],
    ) {
      const gauge = new Gauge({ ...describe(name, help), labelNames: [label] as string[] });
      const children = new Map(values.map((value) => [value, gauge.labels(value)]));
      for (const child of children.values()) child.set(0);
      return (value: V, to: number) => children.get(value)?.set(to);
    },
  };
}
