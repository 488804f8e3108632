import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The folder of the deployment's monitoring. */
export const MONITORING = fileURLToPath(new URL('../../deploy/monitoring/', import.meta.url));

/** A rule of Prometheus: one that alerts, or one that records. */
export type Rule =
  | {
      readonly alert: string;
      readonly expr: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    }
  | { readonly record: string; readonly expr: string };

/** All rules of the deployment. */
export async function readRules(): Promise<readonly Rule[]> {
  const dir = join(MONITORING, 'prometheus/rules');
  const files = await readdir(dir);
  const texts = await Promise.all(files.map((file) => readFile(join(dir, file), 'utf8')));
  return texts.flatMap((text) => {
    const { groups } = parse(text) as { readonly groups: { readonly rules: readonly Rule[] }[] };
    return groups.flatMap(({ rules }) => rules);
  });
}

/** An expression of an alert with what the recorded series in it stand for. */
export function inlined(expression: string, rules: readonly Rule[]): string {
  return rules.reduce(
    (text, rule) => ('record' in rule ? text.replaceAll(rule.record, `(${rule.expr})`) : text),
    expression,
  );
}

/** A question that a panel or an annotation asks. */
export interface Query {
  readonly expr: string;
  readonly refId: string;
  readonly datasource: { readonly uid: string };
  /** Only the present value is shown. */
  readonly instant?: boolean;
}

/** A panel; a row has no targets. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly Query[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
}

/** What a user chooses at the dashboard's head. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly allValue?: string;
  readonly query: string | { readonly query: string };
}

/** A dashboard as Grafana reads it. */
export interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly (Query & { readonly name: string })[] };
}

export async function readDashboard(): Promise<Dashboard> {
  const text = await readFile(join(MONITORING, 'grafana/dashboards/autodock.json'), 'utf8');
  return JSON.parse(text) as Dashboard;
}

/** Every question of a dashboard, with the name of who asks. */
export function queriesOf({ panels, annotations }: Dashboard) {
  return [
    ...panels.flatMap(({ title, targets = [] }) =>
      targets.map((target) => ({ ...target, name: `${title} ${target.refId}` })),
    ),
    ...annotations.list,
  ];
}

const NAMES = /(?<![\w:".$])(?:[a-z]+:)?(?:autodock|process|nodejs)_[\w:]+|\b(?:up|ALERTS)(?=\{)/g;

/** The names of the metrics in an expression. */
export function metricsIn(expression: string): readonly string[] {
  return [...new Set(expression.match(NAMES))];
}
