import { compareText } from '../../src/model/compare.ts';
import { fieldsOf, WRONG } from '../laws/world.ts';
import { type Box, hostsOf } from './box.ts';
import { type Breach, broken } from './breach.ts';
import type { Universe } from './universe.ts';

/**
 * Fronts are asked for what the oldest container asks that is routed, and for nothing where none asks. Where a
 * stranger took the claim, what was asked stays until somebody writes there.
 */
export function optionDeviations(
  { redis: { world } }: Universe,
  host: string,
  { owner, routed }: { readonly owner: string; readonly routed: readonly Box[] },
): readonly Breach[] {
  const [oldest] = routed
    .filter((box) => hostsOf(box).includes(host) && box.spec.timeout > 0)
    .sort((a, b) => a.createdAt - b.createdAt || compareText(a.id, b.id));
  if (oldest === undefined && !fieldsOf(world, owner).has(host)) return [];
  const texts = world.options.get(host);
  const is = texts === undefined || texts === WRONG ? undefined : texts.get(owner);
  const due = oldest === undefined ? undefined : textOf(oldest);
  return due === is
    ? []
    : [broken(4, `${owner} asks ${is} of fronts at ${host} instead of ${due}`)];
}

function textOf({ spec, createdAt }: Box): string {
  return JSON.stringify({ timeout: spec.timeout * 1_000, since: { timeout: createdAt } });
}
