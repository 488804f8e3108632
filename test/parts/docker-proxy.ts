import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from './wait-for.ts';

const DEPLOYED = new URL('../../deploy/docker-proxy/', import.meta.url);

/** HAProxy with the configuration that is deployed, between two sockets of the test's own. */
export interface DockerProxyPart {
  readonly socket: string;
  /** What it has said so far. */
  said(): string;
  /** What the image's health check says of it; `code` 0 is well. */
  health(): Promise<{ readonly code: number; readonly stdout: string }>;
  /** What it said, when it has ended, by itself or stopped. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * @param engineSocket what stands for the engine's socket
 * @param timeout in place of the minutes that HAProxy waits for a client and a server, e.g. `300ms`
 * @param uid whom it runs as. Default: who runs the tests
 */
export async function startDockerProxy(
  engineSocket: string,
  timeout = '5m',
  uid?: number,
): Promise<DockerProxyPart> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-docker-proxy-'));
  const socket = join(dir, 'docker.sock');
  const file = join(dir, 'haproxy.cfg');
  const configuration = await readFile(new URL('haproxy.cfg', DEPLOYED), 'utf8');
  await writeFile(
    file,
    configuration
      .replaceAll('/run/docker-proxy/docker.sock', socket)
      .replaceAll('unix@/var/run/docker.sock', `unix@${engineSocket}`)
      .replace(/^( *timeout (?:client|server)) 5m$/gm, `$1 ${timeout}`),
  );
  // Copied, as another user may not be let into the project's folder.
  const [start, check] = [join(dir, 'start.pl'), join(dir, 'healthcheck.pl')];
  await copyFile(new URL('start.pl', DEPLOYED), start);
  await copyFile(new URL('healthcheck.pl', DEPLOYED), check);
  if (uid !== undefined) await chown(dir, uid, uid);
  const haproxy = spawn('perl', [start, engineSocket, file], {
    // HAProxy wants to go back to where it began, whoever it is.
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    uid,
  });
  const ended = once(haproxy, 'exit');
  let said = '';
  haproxy.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await waitUntil('HAProxy listens', async () => {
    if (haproxy.exitCode !== null) throw new Error(`HAProxy does not start: ${said}`);
    return (await ask(socket, 'GET', '/nothing')).status === 403;
  });
  return {
    socket,
    said: () => said,
    health: async () => {
      const asking = spawn('perl', [check, socket, engineSocket], {
        uid,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let stdout = '';
      asking.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      const [code]: (number | null)[] = await once(asking, 'close');
      return { code: code ?? -1, stdout };
    },
    ended: ended.then(() => said),
    stop: async () => {
      haproxy.kill('SIGTERM');
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** An answer that has come to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request over a unix socket; the target goes out exactly as given. */
export async function ask(
  socketPath: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const answer = await open(socketPath, method, path, headers);
  let body = '';
  for await (const chunk of answer as AsyncIterable<Buffer>) body += chunk.toString();
  return { status: answer.statusCode ?? 0, headers: answer.headers, body };
}

/** The same, as soon as the headers are there; the body is read, or left, by the caller. */
export async function open(
  socketPath: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<IncomingMessage> {
  const request = httpRequest({ socketPath, method, path, headers, agent: false });
  request.end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer;
}
