import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { request, startFront } from '../parts/front.ts';
import { own } from '../parts/front-fixture.ts';
import { askHttp2 } from '../parts/http2-client.ts';
import { startRedis } from '../parts/redis.ts';
import { startSecureBackend } from '../parts/secure-backend.ts';
import { waitFor } from '../parts/wait-for.ts';

const HOST = 'tls.test';
const LIST = `frontend:${HOST}`;

test('an application of HTTPS that sends interim answers is asked, with a certificate that is looked at', async () => {
  const startBusy = (name: string) =>
    own(
      startSecureBackend((_asked, reply) => {
        reply.writeProcessing();
        reply.end('done');
      }, name),
    );
  const [right, other] = [await startBusy(HOST), await startBusy('other.test')];
  const folder = await mkdtemp(join(tmpdir(), 'autodock-ca-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, right.certificate + other.certificate);
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const env = { FRONT_BACKEND_TLS_CA: ca, FRONT_WORKERS: '1' };
  const front = await startFront({ redisSocket: redis.socket, env });
  onTestFinished(() => front.stop());
  await redis.client.rpush(LIST, HOST, right.url);

  const answers = [
    ...(await askHttp2(front.port, HOST, [{}, {}])),
    await request(front.port, HOST),
  ];
  expect(answers.map(({ status, body }) => [status, body])).toEqual(
    answers.map(() => [200, 'done']),
  );

  await redis.client.lset(LIST, 1, other.url);
  await waitFor('the certificate of another name', async () => {
    expect((await request(front.port, HOST)).status).toBe(502);
  });
  await redis.client.hset(
    `autodock:options:${HOST}`,
    'one',
    '{"verify":"off","since":{"verify":1}}',
  );
  await waitFor('no more looks at it', async () => {
    expect(await request(front.port, HOST)).toMatchObject({ status: 200, body: 'done' });
  });
});
