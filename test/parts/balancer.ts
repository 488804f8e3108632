import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { request } from './front.ts';
import { waitUntil } from './wait-for.ts';

/** A balancer before the fronts of several nodes: HAProxy, which asks `/__ping__` whether a front serves. */
export interface Balancer {
  readonly port: number;
  close(): Promise<void>;
}

/** A request goes to another node if its connection is refused, and to no other one once it was sent. */
function configurationOf(port: number, addresses: readonly string[]): string {
  const servers = addresses.map(
    (address, index) => `  server node${index} ${address}:80 check inter 250ms fall 1 rise 1`,
  );
  return `
defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  retries 3
  option redispatch 1
  option http-server-close
listen fronts
  bind 127.0.0.1:${port}
  option httpchk GET /__ping__
${servers.join('\n')}
`;
}

/** Starts it, and waits until one front answers by it. */
export async function startBalancer(addresses: readonly string[]): Promise<Balancer> {
  const [dir, port] = [await mkdtemp(join(tmpdir(), 'autodock-balancer-')), await freePort()];
  const file = join(dir, 'haproxy.cfg');
  await writeFile(file, configurationOf(port, addresses));
  const haproxy = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const close = () => end(haproxy, dir);
  try {
    await waitUntil('the balancer to lead to a front', async () => {
      if (haproxy.exitCode !== null) throw new Error('HAProxy has ended');
      const answer = await request(port, 'localhost', '/__ping__').catch(() => null);
      return answer?.status === 200;
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
}

async function end(haproxy: ChildProcess, dir: string): Promise<void> {
  if (haproxy.exitCode === null && haproxy.signalCode === null) {
    const gone = once(haproxy, 'exit');
    haproxy.kill('SIGTERM');
    await gone;
  }
  await rm(dir, { recursive: true });
}
