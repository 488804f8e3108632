import { type Audience, createAudience } from './audience.ts';
import type { DockerEvent, EventsByName, OtherEvent, PluginEvent } from './event.ts';
import type { Feed } from './feed.ts';
import { createHandlers, type Handler } from './handlers.ts';
import { type ConnectOptions, withDefaults } from './options.ts';
import { startSession } from './session.ts';

export type { ShownContainer as Container } from '../answers/containers.ts';
export type { ShownBackend as Backend, ShownRoute as Route } from '../answers/routes.ts';
export type { Json, JsonObject } from '../wire/message.ts';
export type {
  Connected,
  CountedLoss,
  DaemonEvent,
  Disconnected,
  DockerEvent,
  DockerEventData,
  DockerEventName,
  EventsByName,
  Loss,
  LossCause,
  OtherEvent,
  PluginEvent,
  Problem,
  Reconciled,
  ReconciledEvent,
  RouteEvent,
  Snapshot,
  UncountedLoss,
} from './event.ts';
export type { Handler } from './handlers.ts';
export type { ConnectOptions } from './options.ts';
export type { RouteKey } from './route-table.ts';
export type { State } from './snapshot.ts';

/**
 * A connection to the daemon's bus. Iterated, it gives every event; each iteration begins with a snapshot and
 * has a queue of its own. Leaving one ends it alone.
 */
export interface Plugin extends AsyncIterable<PluginEvent> {
  /**
   * Calls a handler for each event of a name, `'*'` for all. Handlers are called one after the other, and a
   * promise is waited for; meanwhile events queue up. A handler that fails ends the plugin (`finished`).
   *
   * @param name of the daemon's (`container_started`, `route_added`), or of the kit's own: `connected`,
   *   `disconnected`, `loss`, `snapshot`, `problem` (without a handler, a warning of the process)
   */
  on<N extends keyof EventsByName>(name: N, handler: Handler<EventsByName[N]>): this;
  on(name: string, handler: Handler<DockerEvent | OtherEvent>): this;
  /** Says bye and ends everything: iterations, handlers after the one under way, the socket. */
  close(): Promise<void>;
  /** Resolves after `close`; rejects with what a handler threw, which ends the process if nobody waits. */
  readonly finished: Promise<void>;
}

/**
 * Connects to the daemon's bus and stays connected, for ever: says hello every ten seconds, and so survives a
 * restart of the daemon. What may have been missed is told as a `loss`, after which a snapshot comes, and the
 * changes of routes that it shows. Network failures are never thrown: they are a `problem` or `disconnected`.
 *
 * @throws TypeError for options that cannot be
 */
export function connect(options: ConnectOptions = {}): Plugin {
  const full = withDefaults(options);
  const audience = createAudience(full);
  const session = startSession(full, audience);
  const handlers = createHandlers();
  let pumped: Promise<void> | null = null;
  let ended: Promise<unknown> | null = null;
  const closing = new AbortController();
  const finish = deferred();

  const close = async () => {
    if (ended === null) {
      options.signal?.removeEventListener('abort', onAbort);
      closing.abort();
      audience.close();
      ended = Promise.all([session.close(), pumped]).then(() => finish.resolve(), finish.reject);
    }
    await session.close();
  };
  const onAbort = () => void close();
  const pump = async (feed: Feed) => {
    try {
      for await (const event of feed.events()) {
        await handlers.call(event, closing.signal);
      }
    } finally {
      void close();
    }
  };
  options.signal?.addEventListener('abort', onAbort);
  if (options.signal?.aborted) onAbort();
  return {
    on(name: string, handler: Handler<never>) {
      handlers.add(name, handler);
      pumped ??= pump(audience.join());
      return this;
    },
    [Symbol.asyncIterator]: () => iterate(audience),
    close,
    finished: finish.promise,
  };
}

/** Joins when it is advanced for the first time: an iterator that never is would gather events for ever. */
async function* iterate(audience: Audience): AsyncGenerator<PluginEvent, void, void> {
  const feed = audience.join();
  try {
    yield* feed.events();
  } finally {
    audience.leave(feed);
  }
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

function deferred(): Deferred {
  let resolve: Deferred['resolve'] = () => undefined;
  let reject: Deferred['reject'] = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
