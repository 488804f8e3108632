import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned, selfSignedUntil } from './certificate.ts';
import { freePort } from './free-port.ts';
import { type RedisPart, startRedis } from './redis.ts';

/** A Redis with a port for TLS, which wants certificates of its clients, and one without. */
export interface SecureRedis extends Pick<RedisPart, 'client'> {
  readonly tlsPort: number;
  readonly plainPort: number;
  /** What it trusts, and is known by. */
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string };
  stop(): Promise<void>;
}

/**
 * Starts it with a certificate for names or addresses, which is its own CA and that of its clients.
 *
 * @param how `days` from now on which the certificate ends, in the past below 0; it then wants none of its clients
 */
export async function startSecureRedis(
  names: readonly [string, ...string[]],
  how: { readonly days?: number } = {},
): Promise<SecureRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-redis-tls-'));
  const { certificate, key } = await (how.days === undefined
    ? selfSigned(...names)
    : selfSignedUntil(how.days, ...names));
  const files = { ca: join(dir, 'ca'), cert: join(dir, 'cert'), key: join(dir, 'key') };
  await writeFile(files.ca, certificate);
  await writeFile(files.cert, certificate);
  await writeFile(files.key, key);
  const tlsPort = await freePort();
  const args = [
    ...['--tls-port', String(tlsPort), '--tls-ca-cert-file', files.ca],
    ...['--tls-cert-file', files.cert, '--tls-key-file', files.key],
    ...(how.days === undefined ? [] : ['--tls-auth-clients', 'no']),
  ];
  const server = await startRedis({ tcp: true, args });
  return {
    tlsPort,
    plainPort: server.port ?? 0,
    client: server.client,
    files,
    async stop() {
      await server.stop();
      await rm(dir, { recursive: true });
    },
  };
}
