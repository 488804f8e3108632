import { type Answer, toJson } from './answer.ts';
import { type FakeContainer, renderLine } from './container.ts';
import type { DockerPath } from './docker-path.ts';
import type { Recorded } from './recorded.ts';
import type { FakeWorld } from './world.ts';

/** `1.41` is 41. */
export function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

/** The two lists, kept as text until something changes: a list of 10,000 costs an engine of ours nothing. */
export function createLists(world: FakeWorld, engine: Recorded) {
  const rendered = new Map<string, { readonly revision: number; readonly answer: Answer }>();
  let stale: ReadonlyMap<string, FakeContainer> = new Map();
  const render = (asked: DockerPath): Answer => {
    const known = Object.keys(asked.filters).every((name) => name in FILTERS);
    if (!known) return { status: 400, body: toJson({ message: 'invalid filter' }) };
    const minor = minorOf(asked.version ?? engine.version.ApiVersion);
    const shown = [...new Map([...world.containers, ...stale]).values()]
      .filter((container) => isListed(container, asked))
      .reverse();
    return {
      status: 200,
      body: toJson(shown.map((container) => renderLine(container, engine, minor))),
    };
  };
  return {
    answer(asked: DockerPath): Answer {
      const key = `${asked.version} ${asked.query}`;
      const before = rendered.get(key);
      if (before?.revision === world.revision) return before.answer;
      const answer = render(asked);
      rendered.set(key, { revision: world.revision, answer });
      return answer;
    },
    lag(ids: readonly string[]): void {
      const containers = [...world.containers.values()].filter(({ id }) => ids.includes(id));
      stale = new Map(containers.map((container) => [container.id, structuredClone(container)]));
      rendered.clear();
    },
  };
}

const FILTERS: Readonly<Record<string, (container: FakeContainer) => readonly string[]>> = {
  status: ({ state }) => [state],
  health: ({ health }) => [health],
  label: ({ labels }) => Object.entries(labels).flatMap(([key, value]) => [key, `${key}=${value}`]),
};

function isListed(container: FakeContainer, asked: DockerPath): boolean {
  const isAlive = container.state !== 'created' && container.state !== 'exited';
  const wantsAll = asked.query.get('all') === '1' || asked.query.get('all') === 'true';
  // A filter for a state shows the dead too, as on a real engine.
  if (!(isAlive || wantsAll || 'status' in asked.filters)) return false;
  return Object.entries(asked.filters).every(([name, values]) => {
    const has = FILTERS[name]?.(container) ?? [];
    return values.some((value) => has.includes(value));
  });
}
