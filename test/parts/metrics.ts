/** Samples of a metrics page. */
export interface Metrics {
  readonly text: string;
  /** The sum of all samples of `name` whose labels include `labels`; 0 if there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
}

/** Reads a metrics page in Prometheus' text format. */
export function parseMetrics(text: string): Metrics {
  const samples = text
    .split('\n')
    .map((line) => /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = '', labels = '', value = '']) => ({ name, labels, value: Number(value) }));
  return {
    text,
    value: (name, labels = {}) =>
      samples
        .filter((sample) => sample.name === name)
        .filter((sample) =>
          Object.entries(labels).every(([key, value]) =>
            sample.labels.includes(`${key}="${value}"`),
          ),
        )
        .reduce((sum, sample) => sum + sample.value, 0),
  };
}
