import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** A TCP port in front of a unix socket that can lose what comes back. */
export interface CutProxy {
  readonly port: number;
  /** Cuts the connection when the next reply arrives, which the client never sees. */
  loseNextReply(): void;
  stop(): Promise<void>;
}

/** Passes bytes to and fro until told otherwise. */
export async function startCutProxy(socketPath: string): Promise<CutProxy> {
  let losing = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = createConnection(socketPath);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined); // a cut is what this is for
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.pipe(upstream);
    upstream.on('data', (bytes) => {
      if (!losing) {
        client.write(bytes);
        return;
      }
      losing = false;
      client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    port: address.port,
    loseNextReply() {
      losing = true;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
