import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { DockerConfig } from './config.ts';
import type { Sources } from './sources.ts';

/** The files for TLS, and what is wrong with them. */
interface TlsReading {
  readonly tls: DockerConfig['tls'];
  readonly problems: readonly string[];
}

/**
 * TLS as Docker's own client takes it from the environment: on if `DOCKER_TLS_VERIFY` is not empty
 * (whatever it says), with `ca.pem`, `cert.pem` and `key.pem` in `DOCKER_CERT_PATH`, else in
 * `~/.docker`. It counts for `tcp://` and `https://`.
 */
export function readDockerTls(host: string, { env, readFile }: Sources): TlsReading {
  if (!env.DOCKER_TLS_VERIFY || host.startsWith('unix://')) return { tls: null, problems: [] };
  if (host.startsWith('http://')) {
    const remedy = 'write tcp:// or https://, or unset the variable';
    const problem = `docker.host is http:// although DOCKER_TLS_VERIFY is set: ${remedy}`;
    return { tls: null, problems: [problem] };
  }
  const folder = env.DOCKER_CERT_PATH || join(env.HOME || homedir(), '.docker');
  const tls = {
    ca: join(folder, 'ca.pem'),
    cert: join(folder, 'cert.pem'),
    key: join(folder, 'key.pem'),
  };
  const problems = Object.values(tls).flatMap((path) => unreadable(path, readFile));
  return { tls, problems };
}

function unreadable(path: string, readFile: Sources['readFile']): readonly string[] {
  try {
    readFile(path);
    return [];
  } catch (thrown) {
    const reason = messageOf(thrown);
    return [`environment DOCKER_TLS_VERIFY, DOCKER_CERT_PATH: ${path} cannot be read: ${reason}`];
  }
}
