import { describe, expect, onTestFinished } from 'vitest';
import { startHttp } from '../parts/backend.ts';
import { request } from '../parts/front.ts';
import { own } from '../parts/front-fixture.ts';
import { callUnary, grpcClient, startGrpcBackend } from '../parts/grpc.ts';
import { startSecureBackend } from '../parts/secure-backend.ts';
import { frontAnswers, type System } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const SLOW_MS = 2_500;
const test = systemTest({ frontEnv: { FRONT_READ_TIMEOUT: '1s', FRONT_IDLE_TIMEOUT: '1s' } });

/** A container in the host's network, that asks by labels; at its port the application of a test listens. */
async function runAt(
  system: System,
  name: string,
  url: string,
  labels: Readonly<Record<string, string>>,
): Promise<string> {
  const [host, { port, protocol, host: address }] = [system.host(name), new URL(url)];
  const env = { VIRTUALHOST: host, PORT: port };
  const what = { network: 'host', expose: [`${port}/tcp`], command: ['sleep', 'infinity'] };
  await system.run(host, { ...what, env, labels });
  await system.routes.becomes(host, [`${protocol}//${address}`]);
  return host;
}

/** Answers after more time than the front gives others. */
const startSlow = () =>
  own(
    startHttp((asked, reply) => {
      asked.resume();
      if (asked.url === '/events') {
        reply.writeHead(200, { 'content-type': 'text/event-stream' });
        reply.write('first ');
      }
      setTimeout(() => reply.end('second'), SLOW_MS);
    }),
  );

describe('what a label asks of the front is what a client gets', () => {
  test('autodock.timeout', async ({ system }) => {
    const { url } = await startSlow();
    const patient = await runAt(system, 'patient', url, { 'autodock.timeout': '20s' });
    expect(await system.get(patient)).toMatchObject({ status: 200, body: 'second' });
    const usual = await runAt(system, 'usual', url, {});
    expect((await system.get(usual)).status).toBe(504);
  });

  test('autodock.idle', async ({ system }) => {
    const { url } = await startSlow();
    const host = await runAt(system, 'idle', url, { 'autodock.idle': '20s' });
    const headers = { accept: 'text/event-stream' };
    // It may begin later than the front waits for that, where the machine is busy.
    await waitFor('the whole stream', async () => {
      const { body } = await request(system.front.port, host, '/events', { headers });
      expect(body).toBe('first second');
    });
  });

  test('autodock.scheme=https and autodock.verify=off', async ({ system }) => {
    const secure = await own(startSecureBackend((_, reply) => reply.end('secure'), 'other.test'));
    const strict = await runAt(system, 'strict', secure.url, { 'autodock.scheme': 'https' });
    await frontAnswers(system, strict, 502);
    const labels = { 'autodock.scheme': 'https', 'autodock.verify': 'off' };
    const trusting = await runAt(system, 'trusting', secure.url, labels);
    await frontAnswers(system, trusting, 200, 'secure');
  });

  test('autodock.scheme=grpc', async ({ system }) => {
    const server = await startGrpcBackend('S1');
    onTestFinished(() => server.close());
    const host = await runAt(system, 'grpc', server.url, { 'autodock.scheme': 'grpc' });
    const client = grpcClient(system.front.port, host);
    onTestFinished(() => client.close());
    await waitFor('the call to be answered', async () => {
      expect(await callUnary(client, 'hello')).toMatchObject({ code: 0, body: 'S1: hello' });
    });
  });
});
