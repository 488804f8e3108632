import { Agent, request } from 'node:http';
import { type Backend, startBackend } from '../../parts/backend.ts';
import { quantile } from '../table.ts';
import type { Subject } from './subjects.ts';

/** How fast changes of one route were seen. */
export interface Propagation {
  readonly changes: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Answers by the old route to requests that were sent after Redis had acknowledged the change. */
  readonly stale: number;
}

const HOST = 'changing.bench.test';

/** Changes a route between two backends and asks, on one kept connection, until the new one answers. */
export async function measurePropagation(subject: Subject, changes: number): Promise<Propagation> {
  if (subject.write === null) throw new Error(`${subject.name} has no routes to change`);
  const backends = await Promise.all(['B1', 'B2'].map((name) => startBackend(name)));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  let stale = 0;
  await subject.write(HOST, backends[1]?.url ?? '');
  await answerer(subject.url, agent);
  for (let i = 0; i < changes; i += 1) {
    const backend = backends[i % 2] as Backend;
    const began = performance.now();
    await subject.write(HOST, backend.url);
    while ((await answerer(subject.url, agent)) !== `B${(i % 2) + 1}`) stale += 1;
    times.push(performance.now() - began);
  }
  agent.destroy();
  await Promise.all(backends.map((backend) => backend.close()));
  return { changes, medianMs: quantile(times, 0.5), p99Ms: quantile(times, 0.99), stale };
}

/** Which backend answers. */
function answerer(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers: { host: HOST } }, (reply) => {
      let body = '';
      reply.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      reply
        .on('end', () => resolve(/"backend":"(\w+)"/.exec(body)?.[1] ?? body))
        .on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}
