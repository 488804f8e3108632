import type { Loss, PluginEvent, RouteEvent, Snapshot } from './event.ts';
import { createBoundedQueue, type Taken } from './queue.ts';
import { createRouteTable, type RouteKey, type RouteTable } from './route-table.ts';
import type { State } from './snapshot.ts';

/** A snapshot that is being fetched; null: it could not be. What came after it was asked for waits behind it. */
export interface Pending {
  readonly kind: 'pending';
  readonly cause: Snapshot['cause'];
  readonly state: Promise<State | null>;
}

/** What one consumer of a plugin's events has yet to see. */
export interface Feed {
  /**
   * One more. One snapshot waits at most: a newer one, as it knows more, takes away the older. That of a slow
   * consumer comes before all that waits, so that it gets one however slow it stays.
   */
  push(item: PluginEvent | Pending): void;
  /** The events from here to the end. */
  events(): AsyncGenerator<PluginEvent, void, void>;
  /** What is left is dropped. */
  end(): void;
}

/** How a feed is bounded, and what it tells. */
export interface FeedOptions {
  /** How many events wait for a slow consumer before all of them are dropped. */
  readonly limit: number;
  /** Whether the plugin asked for events of this name. */
  readonly isWanted: (name: string) => boolean;
  /** The consumer was told that events were dropped, and no snapshot waits for it. */
  readonly onSlow: () => void;
}

type Given = Exclude<Taken<PluginEvent | Pending>, { readonly kind: 'end' }>;

/** Empty. Every feed has a route table of its own, as each consumer is told what it was not told yet. */
export function createFeed({ limit, isWanted, onSlow }: FeedOptions): Feed {
  const queue = createBoundedQueue<PluginEvent | Pending>(limit, missedWith);
  const routes = createRouteTable();
  let isEnded = false;
  const eventsOf = async (taken: Given): Promise<readonly PluginEvent[]> => {
    if (taken.kind === 'dropped') return [slowness(taken.count)];
    const { item } = taken;
    if (item.kind !== 'pending') return isNews(item, routes) ? [item] : [];
    const state = await item.state;
    if (state === null || isEnded) return [];
    const changes = changesOf(state, routes).filter(({ name }) => isWanted(name));
    return [{ kind: 'snapshot', name: 'snapshot', cause: item.cause, ...state }, ...changes];
  };
  const catchUp = () => {
    if (!queue.has(isPending)) onSlow();
  };
  return {
    push(item) {
      if (item.kind === 'pending') queue.remove(isPending);
      if (item.kind === 'pending' && item.cause === 'slow') queue.pushFirst(item);
      else queue.push(item);
    },
    async *events() {
      for (let taken = await queue.take(); taken.kind !== 'end'; taken = await queue.take()) {
        for (const event of await eventsOf(taken)) {
          yield event;
          if (isEnded) return;
        }
        if (taken.kind === 'dropped') catchUp();
      }
    },
    end() {
      isEnded = true;
      queue.end();
    },
  };
}

function isPending({ kind }: PluginEvent | Pending): boolean {
  return kind === 'pending';
}

/** How many events of the daemon a consumer misses without this item. */
function missedWith(item: PluginEvent | Pending): number {
  switch (item.kind) {
    case 'docker':
    case 'route':
    case 'reconciled':
    case 'other':
      return 1;
    case 'loss':
      return item.missed ?? 0;
    default:
      return 0;
  }
}

function slowness(missed: number): Loss {
  return { kind: 'loss', name: 'loss', cause: 'slow', missed };
}

/** What the consumer was not told yet of what a snapshot shows. */
function changesOf(state: State, routes: RouteTable): readonly RouteEvent[] {
  const { added, removed } = routes.replace(state);
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
