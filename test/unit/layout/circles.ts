import { compareText } from '../../../src/model/compare.ts';

/** What leads to what, by name. */
export type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** Makes arrows of pairs; what leads to itself is left out. */
export function arrowsOf(pairs: Iterable<readonly [from: string, to: string]>): Arrows {
  const arrows = new Map<string, Set<string>>();
  for (const [from, to] of pairs) {
    if (from === to) continue;
    arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
  }
  return arrows;
}

/** Groups of names each of which leads to every other of its group, each sorted. */
export function circlesOf(arrows: Arrows): readonly (readonly string[])[] {
  const reach = new Map([...arrows.keys()].map((name) => [name, reachedFrom(name, arrows)]));
  const circles = [...reach]
    .filter(([name, reached]) => reached.has(name))
    .map(([name, reached]) =>
      [...reached].filter((other) => reach.get(other)?.has(name) === true).sort(compareText),
    );
  return [...new Map(circles.map((circle) => [circle.join(' '), circle])).values()];
}

function reachedFrom(start: string, arrows: Arrows): ReadonlySet<string> {
  const reached = new Set<string>();
  const next = [start];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    for (const to of arrows.get(name) ?? []) {
      if (reached.has(to)) continue;
      reached.add(to);
      next.push(to);
    }
  }
  return reached;
}
