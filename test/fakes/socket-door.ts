import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server's unix socket, in a directory of its own, that can be shut and opened again. */
export interface SocketDoor {
  readonly path: string;
  /** `unix:///…`, for AUTODOCK_DOCKER_HOST. */
  readonly host: string;
  /** Cuts every connection and refuses new ones, until `open`. */
  shut(): Promise<void>;
  open(): Promise<void>;
  /** Shuts it and removes the directory. */
  close(): Promise<void>;
}

/** Lets a server listen on a socket of its own. */
export async function openSocketDoor(server: Server): Promise<SocketDoor> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-door-'));
  const path = join(dir, 'docker.sock');
  const sockets = new Set<Socket>();
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const open = async () => {
    server.listen(path);
    await once(server, 'listening');
  };
  const shut = async () => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  await open();
  return {
    path,
    host: `unix://${path}`,
    open,
    shut,
    close: async () => {
      await shut();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
