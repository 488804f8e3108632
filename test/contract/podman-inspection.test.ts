import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectDocker } from '../../src/clients/docker.ts';
import { narrowInspection } from '../../src/observe/containers/inspection.ts';

const PATIENCE_MS = 30_000;
const IMAGE = `sha256:${'1'.repeat(64)}`;
const INFO = { ID: 'id', Name: 'vm' };
/** As podman 4.3 inspects a container on the network of another one: what it exposes is not told. */
const JOINED = { Image: IMAGE, Config: { Env: [] }, NetworkSettings: { Networks: {} } };

/** The ports that a container exposes, by our client and an engine of that name that knows these paths. */
async function exposedBy(engine: string, replies: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const version = { ApiVersion: '1.41', MinAPIVersion: '1.24', Components: [{ Name: engine }] };
  const known: Readonly<Record<string, unknown>> = { version, info: INFO, ...replies };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').replace(/^\/(v1\.41\/)?/, '');
    asked.push(path);
    response.writeHead(path in known ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(known[path] ?? { message: 'no such thing' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort();
    server.close();
  });
  const host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = { host, timeoutMs: PATIENCE_MS, events: true, tls: null };
  const client = connectDocker({ config, signal: stop.signal, onResult: () => undefined });
  const session = await client.connect();
  const reply = await session.inspect('joined', narrowInspection);
  return { ports: reply === 'gone' ? reply : reply.exposedPorts, asked };
}

const INSPECTED = 'containers/joined/json';
const IMAGE_INSPECTED = `images/${IMAGE}/json`;
const OF_IMAGE = { [IMAGE_INSPECTED]: { Config: { ExposedPorts: { '3000/tcp': {} } } } };

test('what podman does not tell of a container that shares a network, its image tells', async () => {
  const { ports } = await exposedBy('Podman Engine', { [INSPECTED]: JOINED, ...OF_IMAGE });

  expect(ports).toEqual([3000]);
});

test('what podman tells of a container counts, and its image is not asked', async () => {
  const Config = { Env: [], ExposedPorts: { '8080/tcp': {} } };
  const told = { [INSPECTED]: { ...JOINED, Config }, ...OF_IMAGE };

  const { ports, asked } = await exposedBy('Podman Engine', told);

  expect(ports).toEqual([8080]);
  expect(asked).not.toContain(IMAGE_INSPECTED);
});

test('a container whose image was removed is there, and exposes nothing', async () => {
  const { ports } = await exposedBy('Podman Engine', { [INSPECTED]: JOINED });

  expect(ports).toEqual([]);
});

test("Docker tells all that a container exposes, so that nothing is asked of its image, which the deployment's proxy refuses", async () => {
  const { ports, asked } = await exposedBy('Engine', { [INSPECTED]: JOINED, ...OF_IMAGE });

  expect(ports).toEqual([]);
  expect(asked).not.toContain(IMAGE_INSPECTED);
});
