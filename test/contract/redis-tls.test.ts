import { test as base, describe, expect, onTestFinished } from 'vitest';
import { connectRedis } from '../../src/clients/redis.ts';
import { type SecureRedis, startSecureRedis } from '../parts/secure-redis.ts';

const test = base.extend<'redis', SecureRedis>(
  'redis',
  { scope: 'file' },
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures it depends on from it
  async ({}, { onCleanup }) => {
    const redis = await startSecureRedis(['localhost']);
    onCleanup(() => redis.stop());
    return redis;
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

test('a certificate that is over is told as such', async () => {
  const old = await startSecureRedis(['localhost'], { days: -1 });
  onTestFinished(() => old.stop());
  const trusting = { ca: old.files.ca, cert: null, key: null };

  await expect(ask(`rediss://localhost:${old.tlsPort}`, trusting)).rejects.toMatchObject({
    code: 'redis-unreachable',
    message: expect.stringMatching(/shows a certificate that is over; renew it$/) as string,
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

describe('a file for TLS', () => {
  test.for([
    ['ca', 'key', /^redis\.tls\.ca: .* holds no certificate \(PEM\)$/],
    ['cert', 'key', /^redis\.tls\.cert: .* holds no certificate \(PEM\)$/],
    ['key', 'cert', /^redis\.tls\.key: .* holds no key \(PEM, without a passphrase\)$/],
  ] as const)(
    'as %s that is a %s is told before Redis is asked',
    async ([name, other, words], { redis: { tlsPort, files } }) => {
      const wrong = { ...files, [name]: files[other] };

      await expect(ask(`rediss://localhost:${tlsPort}`, wrong)).rejects.toThrow(words);
    },
  );

  test('with the key of another certificate is told with both, and not waited for', async ({
    redis: { tlsPort, files },
  }) => {
    const other = await startSecureRedis(['localhost']);
    onTestFinished(() => other.stop());
    const wrong = { ...files, key: other.files.key };

    await expect(ask(`rediss://localhost:${tlsPort}`, wrong)).rejects.toThrow(
      `redis.tls.key: ${other.files.key} is not the key of the certificate in ${files.cert}`,
    );
  });
});
