import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Post } from '../../src/examples/webhook/post-routes.ts';

/** A receiver of webhooks. */
export interface Sink {
  readonly url: string;
  /** What was answered with success, the latest last. */
  taken(): readonly Post[];
  /** The `Idempotency-Key` of every request. */
  readonly keys: readonly unknown[];
  close(): void;
}

/** Takes posts, after it has answered the first ones with the given statuses. */
export async function openSink({
  address = '127.0.0.1',
  failures = [],
}: {
  readonly address?: string;
  readonly failures?: readonly number[];
}): Promise<Sink> {
  const taken: Post[] = [];
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      const failure = failures[keys.length];
      keys.push(request.headers['idempotency-key']);
      if (failure === undefined) taken.push(JSON.parse(Buffer.concat(chunks).toString()) as Post);
      response.writeHead(failure ?? 204).end();
    });
  }).listen(0, address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}/hook`,
    taken: () => taken,
    keys,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
