import { expect, onTestFinished, test } from 'vitest';
import { startRawBackend } from '../parts/backend.ts';
import { request, startFront } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';
import { callStream, callUnary, grpcClient, startGrpcBackend } from '../parts/grpc.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 1 });

const GRPC = '{"scheme":"grpc","since":{"scheme":1700000000}}';
const [WELL, NOT_FOUND, UNAVAILABLE] = [0, 5, 14];

async function routeGrpc(vhost: string, ...urls: readonly string[]): Promise<void> {
  await rig.redis.client.hset(`autodock:options:${vhost}`, 'one', GRPC);
  await rig.route(vhost, ...urls);
}

function clientOf(host: string, port = rig.front.port) {
  const client = grpcClient(port, host);
  onTestFinished(() => client.close());
  return client;
}

test('calls reach a server of gRPC, with their trailers, and its errors reach the client', async () => {
  const backend = await own(startGrpcBackend('G1'));
  await routeGrpc('grpc.test', backend.url);
  const client = clientOf('grpc.test');
  expect(await callUnary(client, 'hello')).toEqual({
    ...{ code: WELL, details: 'OK', body: 'G1: hello', trailer: 'of hello' },
  });
  expect(await callUnary(client, 'missing')).toMatchObject({
    ...{ code: NOT_FOUND, details: 'there is no such thing', trailer: 'of missing' },
  });
  const many = Array.from({ length: 50 }, (_, i) => `n${i}`);
  const answers = await Promise.all(many.map((text) => callUnary(client, text)));
  expect(answers.map(({ body }) => body)).toEqual(many.map((text) => `G1: ${text}`));
});

test('streams go both ways while they last', async () => {
  const backend = await own(startGrpcBackend('G1'));
  await routeGrpc('stream.test', backend.url);
  expect(await callStream(clientOf('stream.test'), ['a', 'b', 'c'])).toEqual([
    'G1: a',
    'G1: b',
    'G1: c',
  ]);
});

test('calls reach a host whose backends sent interim answers while it spoke HTTP/1', async () => {
  const before = await own(
    startRawBackend('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  );
  await rig.route('before.test', before.url);
  expect((await request(rig.front.port, 'before.test')).status).toBe(200);
  await rig.redis.client.del('frontend:before.test');
  const backend = await own(startGrpcBackend('G1'));
  await routeGrpc('before.test', backend.url);
  const client = clientOf('before.test');
  await waitFor('an answer', async () => {
    expect(await callUnary(client, 'x')).toMatchObject({ body: 'G1: x' });
  });
});

test('replicas share the calls, and one that is gone gets none', async () => {
  const [one, two] = [await own(startGrpcBackend('G1')), await startGrpcBackend('G2')];
  await routeGrpc('two.test', one.url, two.url);
  const client = clientOf('two.test');
  const bodies = new Set<string>();
  for (let i = 0; i < 8; i += 1) bodies.add((await callUnary(client, 'x')).body);
  expect(bodies).toEqual(new Set(['G1: x', 'G2: x']));
  await two.close();
  for (let i = 0; i < 8; i += 1) {
    expect(await callUnary(client, 'x')).toMatchObject({ body: 'G1: x' });
  }
});

test('a host without a server is unavailable, as gRPC says it', async () => {
  const backend = await startGrpcBackend('G1');
  await backend.close();
  await routeGrpc('gone.test', backend.url);
  expect(await callUnary(clientOf('gone.test'), 'x')).toMatchObject({ code: UNAVAILABLE });
  expect(await callUnary(clientOf('nobody.test'), 'x')).not.toMatchObject({ code: WELL });
});

test('a host waits for its server as hosts of HTTP do', async () => {
  const front = await startFront({ redisSocket: rig.redis.socket, env: { FRONT_HOLD: '1h' } });
  onTestFinished(() => front.stop());
  await rig.redis.client.rpush('frontend:held.test', 'held.test');
  const answer = callUnary(clientOf('held.test', front.port), 'x');
  await waitFor('the call to wait', async () => {
    const { body } = await request(front.statusPort, 'localhost', '/metrics');
    expect(body).toMatch(/^autodock_front_waiting 1$/m);
  });
  const backend = await own(startGrpcBackend('G1'));
  await rig.redis.client.hset('autodock:options:held.test', 'one', GRPC);
  await rig.redis.client.rpush('frontend:held.test', backend.url);
  expect(await answer).toMatchObject({ body: 'G1: x', trailer: 'of x' });
});

test('without the label a server of gRPC is no server of HTTP/1, and that is what is noted', async () => {
  const backend = await own(startGrpcBackend('G1'));
  await rig.route('plain.test', backend.url);
  expect(await callUnary(clientOf('plain.test'), 'x')).toMatchObject({ code: UNAVAILABLE });
  await waitFor('the failure', async () => {
    const [last = ''] = await rig.redis.client.lrange('autodock:failures:plain.test', 0, 0);
    expect(last).toContain('"reason":"not_http"');
  });
});
