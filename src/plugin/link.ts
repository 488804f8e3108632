import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';

/** Where the daemon's bus is. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** A UDP socket that hears nobody but the daemon. */
export interface Link {
  /** `127.0.0.1:1338`, `[::1]:1338`. */
  readonly endpoint: string;
  /** Sends; what cannot be sent is told to `onFailure`, or to nobody after `close`. */
  send(text: string): void;
  /** Resolves once it is closed, and what was sent before has left. */
  close(): Promise<void>;
}

/** What a link tells. */
export interface LinkListener {
  readonly onDatagram: (bytes: Uint8Array) => void;
  /** The system says that nothing gets through; nobody listens there, for example. */
  readonly onFailure: (error: Error) => void;
  /** Ends the lookup of the name, which can take long. */
  readonly signal: AbortSignal;
}

/**
 * Opens a socket to the daemon. The name is looked up each time, as a container has another address after
 * it was made anew; of several addresses the one whose turn it is is used, as the daemon may listen on one
 * of them alone.
 *
 * @param attempt counts the links that were opened, from 0
 * @throws Error of the system: the name is unknown, there is no way to the address
 */
export async function openLink(
  { host, port }: Target,
  attempt: number,
  { onDatagram, onFailure, signal }: LinkListener,
): Promise<Link> {
  const addresses = await unlessAborted(lookup(host, { all: true }), signal);
  const found = addresses[attempt % addresses.length];
  if (found === undefined) throw new Error(`${host} has no address`);
  const socket = createSocket(found.family === 6 ? 'udp6' : 'udp4');
  let isClosed = false;
  const fail = (error: Error) => {
    if (!isClosed) onFailure(error);
  };
  socket.connect(port, found.address);
  try {
    await once(socket, 'connect');
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', fail);
  socket.on('message', (bytes) => {
    if (!isClosed) onDatagram(bytes);
  });
  let lastSent: Promise<void> = Promise.resolve();
  return {
    endpoint: found.family === 6 ? `[${found.address}]:${port}` : `${found.address}:${port}`,
    send(text) {
      lastSent = new Promise((resolve) => {
        socket.send(text, (error) => {
          if (error) fail(error);
          resolve();
        });
      });
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await lastSent;
      socket.close();
    },
  };
}

/** What a promise resolves with, unless the signal comes first: then this rejects. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const done = new AbortController();
  const abortion = once(signal, 'abort', { signal: done.signal }).then(() => {
    throw new Error('closed');
  });
  try {
    return await Promise.race([promise, abortion]);
  } finally {
    done.abort();
  }
}
