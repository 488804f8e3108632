import { readFileSync } from 'node:fs';
import type { RedisConfig } from '../config/config.ts';
import { ConfigError, messageOf } from '../errors.ts';

/** PEM texts as Node's TLS takes them. */
type TlsFiles = Partial<Record<'ca' | 'cert' | 'key', Buffer>>;

/**
 * What the client presents to Redis, and by whom it knows it. Read once: a new certificate counts from the next start.
 *
 * @throws ConfigError if a file cannot be read
 */
export function tlsOptions({ tls }: RedisConfig): { readonly tls: TlsFiles } | undefined {
  if (tls === null) return undefined;
  const read = (name: keyof TlsFiles): TlsFiles => {
    const path = tls[name];
    return path === null ? {} : { [name]: readPem(`redis.tls.${name}`, path) };
  };
  return { tls: { ...read('ca'), ...read('cert'), ...read('key') } };
}

function readPem(key: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `${key}: ${path} cannot be read: ${messageOf(cause)}`;
    throw new ConfigError('config', message, { cause });
  }
}
