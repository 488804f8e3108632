import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { RedisConfig } from '../config/config.ts';
import { ConfigError, messageOf } from '../errors.ts';

/** PEM texts as Node's TLS takes them. */
type TlsFiles = Partial<Record<'ca' | 'cert' | 'key', Buffer>>;

/**
 * What the client presents to Redis, and by whom it knows it. Read once: a new certificate counts from the next start.
 *
 * @throws ConfigError if a file cannot be read, or is not what it should be: the client would never say that it cannot
 * begin to connect with it
 */
export function tlsOptions({ tls }: RedisConfig): { readonly tls: TlsFiles } | undefined {
  if (tls === null) return undefined;
  const read = (name: keyof TlsFiles): TlsFiles => {
    const path = tls[name];
    return path === null ? {} : { [name]: readPem(`redis.tls.${name}`, path) };
  };
  const files = { ...read('ca'), ...read('cert'), ...read('key') };
  check(tls, files);
  return { tls: files };
}

function check(paths: NonNullable<RedisConfig['tls']>, { ca, cert, key }: TlsFiles): void {
  const must = (name: keyof TlsFiles, test: () => unknown, words: string) => {
    try {
      test();
    } catch (cause) {
      throw new ConfigError('config', `redis.tls.${name}: ${paths[name]} ${words}`, { cause });
    }
  };
  if (ca !== undefined) must('ca', () => new X509Certificate(ca), 'holds no certificate (PEM)');
  if (cert === undefined || key === undefined) return;
  must('cert', () => createSecureContext({ cert }), 'holds no certificate (PEM)');
  must('key', () => createSecureContext({ key }), 'holds no key (PEM, without a passphrase)');
  const pair = `is not the key of the certificate in ${paths.cert}`;
  must('key', () => createSecureContext({ cert, key }), pair);
}

function readPem(key: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `${key}: ${path} cannot be read: ${messageOf(cause)}`;
    throw new ConfigError('config', message, { cause });
  }
}
