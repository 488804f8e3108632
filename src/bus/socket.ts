import { createSocket, type Socket } from 'node:dgram';
import { type LookupOneOptions, lookup } from 'node:dns';
import { isIP, isIPv6 } from 'node:net';
import { ConfigError, messageOf } from '../errors.ts';
import type { Peer } from './subscribers.ts';

/** Where to listen, and who is told. */
export interface BusSocketOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly onSent: (result: 'sent' | 'dropped') => void;
  readonly onError: (error: unknown) => void;
}

/** An open socket. */
export interface BusSocket {
  readonly port: number;
  /**
   * Hands on each datagram that comes from now on.
   *
   * @returns ends that
   */
  listen(onDatagram: (bytes: Buffer, peer: Peer) => void): () => void;
  /** Hands it to the kernel, or drops it; never waits, never throws. */
  send(text: string, peer: Peer): void;
  /** Whether the kernel took less than it was given. */
  isBackedUp(): boolean;
  /** Sends what is under way first. */
  close(): Promise<void>;
}

/** The kernel takes what is sent at once as a rule; what it does not is kept up to here, and then dropped. */
const MAX_UNSENT_BYTES = 1_048_576;
/** A last word is not waited for longer than this. */
const CLOSE_MS = 500;

/** @throws ConfigError if the address cannot be listened on */
export async function openSocket(options: BusSocketOptions): Promise<BusSocket> {
  const { host, port } = options;
  const type = isIPv6(host) ? 'udp6' : 'udp4';
  const socket = createSocket({ type, lookup: lookUp });
  await bind(socket, host, port);
  socket.on('error', options.onError);
  let isOpen = true;
  let unsent = 0;
  const hand = (text: string, peer: Peer) => {
    if (socket.getSendQueueSize() > MAX_UNSENT_BYTES) return options.onSent('dropped');
    socket.send(text, peer.port, peer.address, (error) => {
      unsent -= 1;
      options.onSent(error === null ? 'sent' : 'dropped');
    });
    unsent += 1;
  };
  return {
    port: socket.address().port,
    listen(onDatagram) {
      const hear = (bytes: Buffer, { address, port: from }: Peer) =>
        onDatagram(bytes, { address, port: from });
      socket.on('message', hear);
      return () => socket.off('message', hear);
    },
    send(text, peer) {
      try {
        hand(text, peer);
      } catch (error) {
        // Such as an address that cannot be, or a socket that is closed: of no concern to the daemon.
        options.onSent('dropped');
        options.onError(error);
      }
    },
    isBackedUp: () => isOpen && socket.getSendQueueSize() > 0,
    async close() {
      const deadline = performance.now() + CLOSE_MS;
      while (unsent > 0 && performance.now() < deadline) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      isOpen = false;
      await new Promise<void>((resolve) => socket.close(resolve));
    },
  };
}

/** A peer is an address already: asking the resolver for each datagram would be most of its cost. */
function lookUp(
  name: string,
  options: LookupOneOptions,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  const family = isIP(name);
  if (family === 0) lookup(name, options, callback);
  else callback(null, name, family);
}

function bind(socket: Socket, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error) => {
      socket.close();
      const remedy =
        'choose another port if something else uses it (a second controller, an old autodock), or switch the bus off with AUTODOCK_BUS_ENABLED=false';
      const what = `Plugin bus: cannot listen on UDP ${host}:${port} (AUTODOCK_BUS_HOST, AUTODOCK_BUS_PORT)`;
      reject(new ConfigError('config', `${what}: ${messageOf(cause)}; ${remedy}`, { cause }));
    };
    socket.once('error', onError);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', onError);
      resolve();
    });
  });
}
