import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Redis } from 'ioredis';
import type { Outcome } from './deployment.ts';
import { freePort } from './free-port.ts';
import { startRedis } from './redis.ts';

/** The first of several hosts on 127.0.0.1, which others may join, by the pieces of `deploy/up` without an engine. */
export interface FirstHost {
  /** Where its Redis listens. */
  readonly port: number;
  /** Its Redis, entered with its password. */
  readonly client: Redis;
  readonly password: string;
  /**
   * The line that `deploy/up --host` prints.
   *
   * @param hours from when and until when its certificate is good, from now on; ten years there
   */
  line(...hours: readonly number[]): Promise<string>;
  /**
   * What `deploy/up --join` comes to on a host with this engine.
   *
   * @param earlier the line by which that host joined before; default: it is a fresh one
   */
  join(line: string, engine: string, earlier?: string): Promise<Joined>;
  /** What `deploy/up` there does for hosts that joined by an earlier version; what it says of it. */
  renew(): Promise<string>;
  /** Gives its Redis a certificate that begins and ends so many hours from now. */
  certify(fromHours: number, toHours: number): Promise<void>;
  stop(): Promise<void>;
}

/** How joining ended, and what it left on that host. */
export interface Joined extends Outcome {
  readonly files: readonly string[];
  /** By which its controller goes on. */
  readonly url: string | null;
}

/** Needs root, as files get their owners. */
export async function startFirstHost(): Promise<FirstHost> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-first-'));
  const port = await freePort();
  const env = { HOST_DIR: dir, AUTODOCK_REDIS_PORT: String(port) };
  await must(['prepare'], env);
  const at = (name: string) => join(dir, 'redis-host', name);
  const certificate = ['tls-cert-file', at('redis.crt'), 'tls-key-file', at('redis.key')] as const;
  const [certFile, cert, keyFile, key] = certificate;
  const password = await readFile(join(dir, 'keys/password'), 'utf8');
  const { client, socket, stop } = await startRedis({
    password,
    args: [
      ...['--tls-port', String(port), '--tls-ca-cert-file', at('ca.crt')],
      ...[`--${certFile}`, cert, `--${keyFile}`, key, '--aclfile', at('users.acl')],
    ],
  });
  return {
    port,
    client,
    password,
    async line(...hours) {
      const said = await must(['line', ...hours.map(timeIn)], { ...env, REDIS_SOCKET: socket });
      return /autodock-join-1:[^']*/.exec(said)?.[0] ?? said;
    },
    async join(line, engine, earlier) {
      const joining = await mkdtemp(join(tmpdir(), 'autodock-joining-'));
      const keys = join(joining, 'keys');
      try {
        if (earlier !== undefined) await must(['join', engine], { HOST_DIR: joining }, earlier);
        const outcome = await run(['join', engine], { HOST_DIR: joining }, line);
        return {
          ...outcome,
          files: await readdir(keys).catch(() => []),
          url: await readFile(join(keys, 'url'), 'utf8').catch(() => null),
        };
      } finally {
        await rm(joining, { recursive: true });
      }
    },
    renew: () => must(['renew'], { ...env, REDIS_SOCKET: socket }),
    async certify(fromHours, toHours) {
      await must(['certify', timeIn(fromHours), timeIn(toHours)], env);
      await client.call('CONFIG', 'SET', ...certificate);
    },
    async stop() {
      await stop();
      await rm(dir, { recursive: true });
    },
  };
}

/** As `openssl ca` writes times. */
function timeIn(hours: number): string {
  const time = new Date(Date.now() + hours * 3_600_000).toISOString();
  return time.replaceAll(/[-:T]|\.\d+/g, '');
}

type Env = Readonly<Record<string, string>>;

async function run(args: readonly string[], env: Env, input = ''): Promise<Outcome> {
  const { HOME, PATH } = process.env;
  const bash = spawn('bash', ['test/parts/first-host.sh', ...args], {
    env: { HOME, PATH, ...env },
  });
  bash.stdin.end(input);
  const ended = new Promise<number>((resolve) => bash.once('close', (code) => resolve(code ?? -1)));
  const [stdout, stderr] = await Promise.all([text(bash.stdout), text(bash.stderr)]);
  return { code: await ended, stdout, stderr };
}

async function must(args: readonly string[], env: Env, input = ''): Promise<string> {
  const { code, stdout, stderr } = await run(args, env, input);
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}
