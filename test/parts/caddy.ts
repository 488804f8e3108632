import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { type Front, request } from './front.ts';
import { waitFor } from './wait-for.ts';

const CADDYFILE = fileURLToPath(new URL('../../deploy/https/Caddyfile', import.meta.url));

/** A Caddy with the deployment's configuration, before a front. */
export interface Caddy {
  /** Of HTTPS, on every address. */
  readonly port: number;
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts it (by default the one in PATH) with an authority of its own and waits until it serves. */
export async function startCaddy(
  front: Pick<Front, 'port' | 'statusPort'>,
  program = 'caddy',
): Promise<Caddy> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-caddy-'));
  const [port, healthPort] = [await freePort(), await freePort()];
  const output = await open(join(dir, 'log'), 'a');
  const caddy = spawn(program, ['run', '--config', CADDYFILE, '--adapter', 'caddyfile'], {
    env: {
      ...{ PATH: process.env.PATH, HOME: dir, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir },
      AUTODOCK_HTTPS_PORT: String(port),
      AUTODOCK_HTTPS_HEALTH_PORT: String(healthPort),
      AUTODOCK_HTTPS_ISSUER: 'internal',
      FRONT_HTTP_PORT: String(front.port),
      FRONT_STATUS_PORT: String(front.statusPort),
    },
    stdio: ['ignore', output.fd, output.fd],
  });
  await output.close();
  const log = () => readFile(join(dir, 'log'), 'utf8');
  const stop = async () => {
    await end(caddy);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await waitFor('Caddy to serve', async () => {
      const { status } = await request(healthPort, '127.0.0.1');
      if (status !== 200) throw new Error(await log());
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, log, stop };
}

async function end(caddy: ChildProcess): Promise<void> {
  if (caddy.exitCode !== null || caddy.signalCode !== null) return;
  const gone = once(caddy, 'exit');
  caddy.kill('SIGTERM');
  await gone;
}
