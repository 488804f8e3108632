import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../parts/free-port.ts';
import { IN_FRONT, request } from '../../parts/front.ts';
import { waitUntil } from '../../parts/wait-for.ts';

/** A server of another make, on a free port of 127.0.0.1. */
export interface Server {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The processes that each proxy gets, as many as the front's default on two cores. */
export const WORKERS = 2;

/** nginx that answers everything with two bytes, on two ports. */
export async function startBackends(): Promise<{
  readonly urls: readonly string[];
  stop(): Promise<void>;
}> {
  const ports = [await freePort(), await freePort()];
  const listens = ports.map((port) => `listen 127.0.0.1:${port} backlog=4096;`).join(' ');
  const server = await startNginx(ports[0] ?? 0, `server { ${listens} return 200 "ok"; }`);
  return { urls: ports.map((port) => `http://127.0.0.1:${port}`), stop: server.stop };
}

/** What a front tells its backends, in nginx's own variables. */
export const SAME_HEADERS: readonly string[] = [
  'X-Request-ID $request_id',
  'X-Real-IP $remote_addr',
  'X-Forwarded-For $remote_addr',
  'X-Forwarded-Host $http_host',
  'X-Forwarded-Port $server_port',
  'X-Forwarded-Proto $scheme',
  'X-Forwarded-Protocol $scheme',
  'X-Autodock-Front 00000000-0000-0000-0000-000000000000',
];

/** The least that a proxy can do: nginx with one upstream for all, whatever the host. */
export async function startPlainNginx(
  backends: readonly string[],
  headers: readonly string[] = [],
): Promise<Server> {
  const port = await freePort();
  const servers = backends.map((url) => `server ${new URL(url).host};`).join(' ');
  return startNginx(
    port,
    `upstream all { ${servers} keepalive 256; }
    server {
      listen 127.0.0.1:${port} backlog=4096;
      location / {
        proxy_pass http://all;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        ${headers.map((header) => `proxy_set_header ${header};`).join(' ')}
        proxy_buffering off;
      }
    }`,
  );
}

/** HAProxy with a map of every host to its backend. */
export async function startHaproxy(
  hosts: readonly string[],
  backends: readonly string[],
): Promise<Server> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'autodock-haproxy-'));
  const map = join(dir, 'hosts.map');
  await writeFile(map, hosts.map((host) => `${host} all\n`).join(''));
  const servers = backends.map((url, i) => `  server s${i} ${new URL(url).host}`).join('\n');
  const file = join(dir, 'haproxy.cfg');
  await writeFile(
    file,
    `global
  nbthread ${WORKERS}
  maxconn 4096
defaults
  mode http
  timeout connect 3s
  timeout client 60s
  timeout server 60s
frontend in
  bind 127.0.0.1:${port}
  use_backend %[req.hdr(host),field(1,:),lower,map(${map})]
backend all
  http-reuse always
${servers}
`,
  );
  return started(spawn('haproxy', ['-f', file, '-db'], { stdio: 'ignore' }), port, dir);
}

async function startNginx(port: number, http: string): Promise<Server> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-nginx-'));
  const file = join(dir, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(dir, kind)};`)
    .join(' ');
  await writeFile(
    file,
    `user root; daemon off; pid ${join(dir, 'pid')}; error_log stderr crit; worker_processes ${WORKERS};
events { worker_connections 8192; }
http { access_log off; keepalive_requests 1000000; ${temporary} ${http} }`,
  );
  const command = ['nginx', '-e', 'stderr', '-p', dir, '-c', file];
  const nginx = spawn(IN_FRONT, command, { stdio: 'ignore' });
  return started(nginx, port, dir);
}

async function started(child: ChildProcess, port: number, dir: string): Promise<Server> {
  await waitUntil('the server to answer', async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await request(port, 'a.test').catch(() => null);
    return answer !== null;
  });
  return {
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await rm(dir, { recursive: true });
    },
  };
}
