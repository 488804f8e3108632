import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cable, openCable } from './half-open.ts';

/** A backend at the other end of a cable, which answers by its name as the others do. */
export interface Machine extends Pick<Cable, 'pull' | 'plug' | 'close'> {
  readonly url: string;
  /** Requests for `/slow`, which it leaves without an answer. */
  readonly asked: readonly ServerResponse[];
}

/**
 * @param options `name`: default `far`; `keeps`: whether its connections outlive an answer (default: they do);
 *   `isNeighbourKept`: of the cable
 */
export async function startMachine(
  options: {
    readonly name?: string;
    readonly keeps?: boolean;
    readonly isNeighbourKept?: boolean;
  } = {},
): Promise<Machine> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-machine-'));
  const [path, asked] = [join(dir, 'socket'), [] as ServerResponse[]];
  const head = options.keeps === false ? { connection: 'close' } : {};
  const server = createServer((request, reply) => {
    if (request.url === '/slow') asked.push(reply);
    else reply.writeHead(200, head).end(JSON.stringify({ backend: options.name ?? 'far' }));
  });
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => undefined);
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
  });
  server.listen(path);
  await once(server, 'listening');
  const cable = await openCable(path, options);
  return {
    ...{ url: `http://${cable.address}:${cable.port}`, pull: cable.pull, plug: cable.plug, asked },
    close: async () => {
      await cable.close();
      server.close();
      server.closeAllConnections();
      await rm(dir, { recursive: true });
    },
  };
}
