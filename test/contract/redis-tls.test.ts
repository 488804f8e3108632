import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { connectRedis } from '../../src/clients/redis.ts';
import { selfSigned } from '../parts/certificate.ts';
import { freePort } from '../parts/free-port.ts';
import { startRedis } from '../parts/redis.ts';

/** A Redis with a port for TLS, which wants certificates of its clients, and one without. */
interface SecureRedis {
  readonly tlsPort: number;
  readonly plainPort: number;
  /** What it trusts, and is known by. */
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string };
}

const test = base.extend<'redis', SecureRedis>(
  'redis',
  { scope: 'file' },
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures it depends on from it
  async ({}, { onCleanup }) => {
    const dir = await mkdtemp(join(tmpdir(), 'autodock-redis-tls-'));
    const { certificate, key } = await selfSigned('localhost');
    const files = { ca: join(dir, 'ca'), cert: join(dir, 'cert'), key: join(dir, 'key') };
    await writeFile(files.ca, certificate);
    await writeFile(files.cert, certificate);
    await writeFile(files.key, key);
    const tlsPort = await freePort();
    const args = [
      ...['--tls-port', String(tlsPort), '--tls-ca-cert-file', files.ca],
      ...['--tls-cert-file', files.cert, '--tls-key-file', files.key],
    ];
    const server = await startRedis({ tcp: true, args });
    onCleanup(async () => {
      await server.stop();
      await rm(dir, { recursive: true });
    });
    return { tlsPort, plainPort: server.port ?? 0, files };
  },
);

type Files = {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
};

async function ask(url: string, tls: Files | null, timeoutMs = 30_000): Promise<unknown> {
  const connection = connectRedis({ url, keyPrefix: '', timeoutMs, tls }, 'autodock:test');
  try {
    return await connection.read([['ping']]);
  } finally {
    connection.close();
  }
}

test('Redis with a CA of its own is spoken to with the certificate that it wants', async ({
  redis: { tlsPort, files },
}) => {
  expect(await ask(`rediss://localhost:${tlsPort}`, files)).toEqual(['PONG']);
});

test('a certificate of a CA that is not trusted is told with the setting that names it', async ({
  redis: { tlsPort, files },
}) => {
  const url = `rediss://127.0.0.1:${tlsPort}`;
  const trusting = { ...files, ca: null };

  await expect(ask(url, trusting)).rejects.toMatchObject({
    code: 'redis-unreachable',
    message: expect.stringMatching(
      /not trusted .* redis\.tls\.ca \(AUTODOCK_REDIS_TLS_CA\)$/,
    ) as string,
  });
});

test('a certificate for another name is told with both names', async ({
  redis: { tlsPort, files },
}) => {
  await expect(ask(`rediss://127.0.0.1:${tlsPort}`, files)).rejects.toMatchObject({
    code: 'redis-unreachable',
    message: expect.stringMatching(/for another name .*127\.0\.0\.1/) as string,
  });
});

test('a certificate that Redis wants is told with the settings that name it', async ({
  redis: { tlsPort, files },
}) => {
  const anonymous = { ca: files.ca, cert: null, key: null };

  await expect(ask(`rediss://localhost:${tlsPort}`, anonymous)).rejects.toMatchObject({
    code: 'redis-refused',
    message: expect.stringMatching(/wants a client certificate .* redis\.tls\.cert/) as string,
  });
});

test('TLS at a port without it, and none at a port with it, is told with the scheme to write', async ({
  redis: { tlsPort, plainPort, files },
}) => {
  await expect(ask(`rediss://localhost:${plainPort}`, files, 1_000)).rejects.toThrow(
    /does not answer .*if its port is one without TLS, write redis:\/\/$/,
  );
  await expect(ask(`redis://localhost:${tlsPort}`, null)).rejects.toThrow(
    /if its port is one with TLS, write rediss:\/\/ into AUTODOCK_REDIS_URL\)$/,
  );
});
