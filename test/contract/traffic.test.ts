import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type LostRequest, startTraffic } from '../parts/traffic.ts';
import { waitUntil } from '../parts/wait-for.ts';

type Answer = (reply: ServerResponse) => void;

/** Traffic to a server that answers only in the second phase, as told; what was lost of each method, and how. */
async function lostOf(answer: Answer): Promise<Record<string, Omit<LostRequest, 'what'>>> {
  const waiting: ServerResponse[] = [];
  let take: Answer = (reply) => void waiting.push(reply);
  const server = createServer((_, reply) => take(reply)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const traffic = startTraffic({ port, host: 'a', perSecond: 100, postPath: '/' }, 'first');
  await waitUntil('requests of each kind', () => waiting.length >= 20);
  traffic.phase('second');
  take = answer;
  for (const reply of waiting) answer(reply);
  const [first] = await traffic.stop();
  return Object.fromEntries((first?.lost ?? []).map(({ what, ...how }) => [what, how]));
}

const phases = ['first', 'second'];

test.each<[string, Answer, Awaited<ReturnType<typeof lostOf>>]>([
  [
    'an answer that breaks off is lost for good',
    (reply) => {
      reply.writeHead(200, { 'content-length': 10 });
      reply.write('half', () => reply.destroy());
    },
    {
      'GET broken off': { isFinal: true, phases },
      'POST broken off': { isFinal: true, phases },
    },
  ],
  [
    'a connection that ends without an answer is not: who passed the request on could have sent it again',
    (reply) => reply.destroy(),
    {
      'GET ECONNRESET': { isFinal: false, phases },
      'POST ECONNRESET': { isFinal: false, phases },
    },
  ],
  [
    'of what got 502 only that is which may have been acted upon',
    (reply) => void reply.writeHead(502).end(),
    { 'GET 502': { isFinal: false, phases }, 'POST 502': { isFinal: true, phases } },
  ],
  ['what is answered late is not lost', (reply) => void reply.writeHead(200).end(), {}],
])('%s', async (_, answer, lost) => {
  expect(await lostOf(answer)).toEqual(lost);
});
