import type { PluginEvent } from './event.ts';

/** What a plugin does with an event; the next event waits until it is done. */
export type Handler<E> = (event: E) => void | Promise<void>;

/** Handlers by the name of the event that they are for. */
export interface Handlers {
  /** @param handler takes the events of that name */
  add(name: string, handler: Handler<never>): void;
  /** Calls all that are for an event, in the order in which they were added, until the signal. */
  call(event: PluginEvent, signal: AbortSignal): Promise<void>;
}

const EVERY = '*';

/** Starts without any. */
export function createHandlers(): Handlers {
  const byName = new Map<string, readonly Handler<never>[]>();
  const handlersOf = (name: string) => byName.get(name) ?? [];
  return {
    add: (name, handler) => void byName.set(name, [...handlersOf(name), handler]),
    async call(event, signal) {
      const handlers = [...handlersOf(event.name), ...handlersOf(EVERY)];
      if (event.kind === 'problem' && handlers.length === 0) warn(event.problem);
      for (const handler of handlers) {
        if (signal.aborted) return;
        // The name says which event it is: that is what `EventsByName` is for.
        await handler(event as never);
      }
    },
  };
}

/** A person should know of it, even if the plugin does not listen. */
function warn(problem: string): void {
  process.emitWarning(problem, { type: 'AutodockPluginWarning' });
}
