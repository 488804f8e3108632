import type { Loss, PluginEvent, RouteEvent, Snapshot } from './event.ts';
import { createBoundedQueue } from './queue.ts';
import { createRouteTable, type RouteKey, type RouteTable } from './route-table.ts';

/** A snapshot that is being fetched; null: it could not be. What came after it was asked for waits behind it. */
export interface Pending {
  readonly kind: 'pending';
  readonly snapshot: Promise<Snapshot | null>;
}

/** What one consumer of a plugin's events has yet to see. */
export interface Feed {
  push(item: PluginEvent | Pending): void;
  /** The events from here to the end. */
  events(): AsyncGenerator<PluginEvent, void, void>;
  /** What is left is dropped. */
  end(): void;
}

/** How a feed is bounded, and what it tells. */
export interface FeedOptions {
  /** How many events wait for a slow consumer; the oldest are dropped. */
  readonly limit: number;
  /** Whether the plugin asked for events of this name. */
  readonly isWanted: (name: string) => boolean;
  /** The consumer has come to where events were dropped. */
  readonly onSlow: () => void;
}

/** Empty. Every feed has a route table of its own, as each consumer is told what it was not told yet. */
export function createFeed({ limit, isWanted, onSlow }: FeedOptions): Feed {
  const queue = createBoundedQueue<PluginEvent | Pending>(limit);
  const routes = createRouteTable();
  const eventsOf = async (item: PluginEvent | Pending): Promise<readonly PluginEvent[]> => {
    if (item.kind !== 'pending') return isNews(item, routes) ? [item] : [];
    const snapshot = await item.snapshot;
    if (snapshot === null) return [];
    return [snapshot, ...changesOf(snapshot, routes).filter(({ name }) => isWanted(name))];
  };
  const slowness = (missed: number): Loss => {
    onSlow();
    return { kind: 'loss', name: 'loss', cause: 'slow', missed };
  };
  return {
    push: (item) => queue.push(item),
    async *events() {
      for (let taken = await queue.take(); taken.kind !== 'end'; taken = await queue.take()) {
        if (taken.kind === 'item') yield* await eventsOf(taken.item);
        else yield slowness(taken.count);
      }
    },
    end: () => queue.end(),
  };
}

/** What the consumer was not told yet of what a snapshot shows. */
function changesOf(snapshot: Snapshot, routes: RouteTable): readonly RouteEvent[] {
  const { added, removed } = routes.replace(snapshot);
  return [
    ...removed.map((route) => found('route_removed', route)),
    ...added.map((route) => found('route_added', route)),
  ];
}

function found(name: RouteEvent['name'], kwargs: RouteKey): RouteEvent {
  return { kind: 'route', name, kwargs, via: 'snapshot', seq: null };
}

function isNews(event: PluginEvent, routes: RouteTable): boolean {
  if (event.kind !== 'route') return true;
  return event.name === 'route_added' ? routes.add(event.kwargs) : routes.remove(event.kwargs);
}
