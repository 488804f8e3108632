import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { startBackend } from './backend.ts';
import type { KeyPair } from './certificate.ts';
import { freePort } from './free-port.ts';
import { type Front, startFront } from './front.ts';
import { type RedisPart, startRedis } from './redis.ts';
import { handshake } from './tls-client.ts';
import { waitFor } from './wait-for.ts';

/** A front that serves HTTPS, for a file of tests. A catch-all leads every host to the backend `B1`. */
export interface TlsFixture {
  readonly front: Front;
  readonly redis: RedisPart;
  /** Of HTTPS. */
  readonly port: number;
  /** Of certificates. */
  readonly folder: string;
  /** Writes a pair into the folder, the key first. */
  put(name: string, pair: KeyPair): Promise<void>;
  /** Writes a pair into Redis. */
  store(name: string, pair: KeyPair): Promise<void>;
  /** Waits until this certificate is presented for a host; null: none. */
  presents(host: string, name: string | null): Promise<void>;
}

/** Sets it up; each test begins without a certificate in Redis. */
export function useTlsFront(): TlsFixture {
  let parts: Pick<TlsFixture, 'front' | 'redis' | 'port' | 'folder'>;
  let url = '';
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'autodock-certificates-'));
    const [redis, backend, port] = await Promise.all([
      startRedis(),
      startBackend('B1'),
      freePort(),
    ]);
    const front = await startFront({
      redisSocket: redis.socket,
      env: {
        FRONT_HTTPS_PORT: String(port),
        FRONT_CERTIFICATES: folder,
        FRONT_HTTPS_REDIRECT: 'on',
      },
    });
    parts = { front, redis, port, folder };
    url = backend.url;
    return () => backend.close();
  });
  afterAll(async () => {
    await parts.front.stop();
    await parts.redis.stop();
    await rm(parts.folder, { recursive: true });
  });
  beforeEach(async () => {
    await parts.redis.client.flushall();
    await parts.redis.client.rpush('frontend:*', '*', url);
  });
  return {
    get front() {
      return parts.front;
    },
    get redis() {
      return parts.redis;
    },
    get port() {
      return parts.port;
    },
    get folder() {
      return parts.folder;
    },
    put: async (name, { certificate, key }) => {
      await writeFile(join(parts.folder, `${name}.key`), key);
      await writeFile(join(parts.folder, `${name}.crt`), certificate);
    },
    store: async (name, { certificate, key }) => {
      await parts.redis.client.hset(`tls:${name}`, { certificate, key });
    },
    presents: (host, name) =>
      waitFor(`the certificate ${name} for ${host}`, async () => {
        expect((await handshake(parts.port, host)).name).toBe(name);
      }),
  };
}
