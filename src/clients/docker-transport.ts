import { readFileSync } from 'node:fs';
import Docker, { type DockerOptions } from 'dockerode';
import type { DockerConfig } from '../config/config.ts';
import { withoutVariable } from '../config/sources.ts';
import { ConfigError, messageOf } from '../errors.ts';

/**
 * dockerode's client of one engine. docker-modem (5.0.7) reads `DOCKER_HOST` as well: one of TCP wins over the socket that
 * it is given, and one that it cannot read, or has no certificates for, throws. Our configuration has read it already.
 */
export function engineAt(transport: DockerOptions): Docker {
  return withoutVariable('DOCKER_HOST', () => new Docker(transport));
}

/**
 * How dockerode reaches the engine.
 * @throws ConfigError if the TLS files cannot be read
 */
export function transportOf({ host, tls }: DockerConfig): DockerOptions {
  if (host.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) };
  leaveOutUrlParse();
  const url = new URL(host.replace(/^tcp:/, 'http:'));
  const secure = tls !== null || url.protocol === 'https:';
  // URL drops a port that is the scheme's own, which is not the engine's.
  const port = /:(\d+)\/?$/.exec(host)?.[1] ?? (secure ? 2376 : 2375);
  return {
    protocol: secure ? 'https' : 'http',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port),
    ...(tls === null
      ? {}
      : { ca: readPem(tls.ca), cert: readPem(tls.cert), key: readPem(tls.key) }),
  };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `DOCKER_CERT_PATH: ${path} cannot be read: ${messageOf(cause)}`;
    throw new ConfigError('config', message, { cause });
  }
}

let isLeftOut = false;

/**
 * Node 24 warns of `url.parse` outside node_modules, as in our bundle. docker-modem (5.0.7) calls it for an engine by
 * TCP, with an address that was checked above; whoever runs a command could do nothing about the warning.
 */
function leaveOutUrlParse(): void {
  if (isLeftOut) return;
  isLeftOut = true;
  const { emitWarning } = process;
  const others = (...args: readonly unknown[]): void => {
    if (args[2] !== 'DEP0169') Reflect.apply(emitWarning, process, args);
  };
  process.emitWarning = others;
}
