import type { Redis } from 'ioredis';
import { messageOf } from '../errors.ts';

/** What is told about the link. */
export interface LinkHandlers {
  readonly onReady: () => void;
  /** Once for each failed attempt and each lost connection. */
  readonly onDown: (reason: Error) => void;
}

/** Whether Redis may be used now, and why not. */
export interface RedisLink {
  /** Starts connecting, for ever; later calls do nothing. */
  open(): void;
  /** Resolves once Redis may be used. Rejects when the attempt under way fails, between two attempts at once. */
  ready(): Promise<void>;
  /** Notes why the connection is about to be dropped. */
  blame(reason: Error): void;
  /** Why it is down, or was last. */
  readonly reason: Error;
}

type State =
  | { readonly kind: 'idle' | 'ready' | 'down' }
  | { readonly kind: 'connecting'; readonly waiters: readonly Waiter[] };

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

const LOADING_POLL_MS = 1_000;

/**
 * Follows a client that reconnects by itself. A connection counts as ready once INFO has said that no
 * data is being loaded and that this is no cluster; a user who may not ask is believed.
 */
export function superviseLink(client: Redis, { onReady, onDown }: LinkHandlers): RedisLink {
  let state: State = { kind: 'idle' };
  let reason = new Error('not connected');
  const enter = (next: State): void => {
    const waiters = state.kind === 'connecting' ? state.waiters : [];
    state = next;
    if (next.kind === 'ready') for (const { resolve } of waiters) resolve();
    else for (const { reject } of waiters) reject(reason);
  };
  const becomeReady = (): void => {
    reason = new Error('the connection was closed');
    enter({ kind: 'ready' });
    onReady();
  };
  client.on('connecting', () => {
    if (state.kind !== 'connecting') enter({ kind: 'connecting', waiters: [] });
  });
  client.on('error', (error: Error) => {
    reason = error;
  });
  client.on('ready', () => {
    introduce(client).then(becomeReady, (error: Error) => {
      if (client.status !== 'ready') return; // closed meanwhile: that is told already
      reason = error;
      client.disconnect(true);
    });
  });
  client.on('close', () => {
    enter({ kind: 'down' });
    onDown(reason);
  });
  const open = (): void => {
    if (client.status !== 'wait') return;
    state = { kind: 'connecting', waiters: [] };
    client.connect().catch(() => undefined); // its failure is told by `close`
  };
  return {
    open,
    ready() {
      open();
      if (state.kind === 'ready') return Promise.resolve();
      if (state.kind !== 'connecting') return Promise.reject(reason);
      const { waiters } = state;
      return new Promise((resolve, reject) => {
        state = { kind: 'connecting', waiters: [...waiters, { resolve, reject }] };
      });
    },
    blame(error) {
      reason = error;
    },
    get reason() {
      return reason;
    },
  };
}

/** Waits while Redis loads its data. @throws what INFO ended with, or if this is a cluster */
async function introduce(client: Redis): Promise<void> {
  const info = await client.info().catch((error: unknown) => {
    if (messageOf(error).includes('NOPERM')) return '';
    throw error;
  });
  if (/^cluster_enabled:1/m.test(info)) throw new Error('cluster_enabled');
  if (!/^loading:1/m.test(info)) return;
  await new Promise((resolve) => setTimeout(resolve, LOADING_POLL_MS));
  await introduce(client);
}
