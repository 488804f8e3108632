import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy as companies have one, for HTTP and for tunnels: what asks it reaches the network by it alone. */
export interface ForwardProxy {
  readonly url: string;
  /** The hosts that it was asked for. */
  hosts(): readonly string[];
  close(): void;
}

/** Starts one at an address of this machine. */
export async function startForwardProxy(address: string): Promise<ForwardProxy> {
  const hosts = new Set<string>();
  const server = createServer((asked, answer) => forward(asked, answer, hosts));
  server.on('connect', (asked: IncomingMessage, client: Socket) => tunnel(asked, client, hosts));
  await once(server.listen(0, address), 'listening');
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    hosts: () => [...hosts],
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function forward(asked: IncomingMessage, answer: ServerResponse, hosts: Set<string>): void {
  const url = new URL(asked.url ?? '', 'http://without.a.host');
  hosts.add(url.hostname);
  const { method, headers } = asked;
  const onward = request(url, { method, headers }, (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(answer);
  });
  onward.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
  asked.pipe(onward);
}

function tunnel(asked: IncomingMessage, client: Socket, hosts: Set<string>): void {
  const { hostname, port } = new URL(`http://${asked.url}`);
  hosts.add(hostname);
  const onward = connect(Number(port) || 80, hostname, () => {
    client.write('HTTP/1.1 200 Connected\r\n\r\n');
    client.pipe(onward).pipe(client);
  });
  onward.on('error', () => client.destroy());
  client.on('error', () => onward.destroy());
}
