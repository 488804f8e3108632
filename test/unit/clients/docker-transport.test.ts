import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { engineAt, transportOf } from '../../../src/clients/docker-transport.ts';
import { ConfigError } from '../../../src/errors.ts';

const at = (host: string) => transportOf({ host, timeoutMs: 1, events: true, tls: null });

describe('transportOf', () => {
  test.each([
    ['unix:///run/docker.sock', { socketPath: '/run/docker.sock' }],
    ['tcp://10.0.0.1:2375', { protocol: 'http', host: '10.0.0.1', port: 2375 }],
    ['tcp://engine', { protocol: 'http', host: 'engine', port: 2375 }],
    ['http://engine:80', { protocol: 'http', host: 'engine', port: 80 }],
    ['https://engine:443/', { protocol: 'https', host: 'engine', port: 443 }],
    ['https://engine', { protocol: 'https', host: 'engine', port: 2376 }],
    ['tcp://[::1]:2375', { protocol: 'http', host: '::1', port: 2375 }],
  ])('reads %s', (host, transport) => {
    expect(at(host)).toEqual(transport);
  });

  test('names the TLS file that cannot be read, and where it was asked for', () => {
    const tls = { ca: '/no/ca.pem', cert: '/no/cert.pem', key: '/no/key.pem' };
    const read = () => transportOf({ host: 'tcp://engine', timeoutMs: 1, events: true, tls });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow('DOCKER_CERT_PATH: /no/ca.pem cannot be read');
  });
});

describe('engineAt', () => {
  test.each([
    { DOCKER_HOST: 'tcp://192.0.2.1:2375' },
    { DOCKER_HOST: 'unix:///no/docker.sock' },
    { DOCKER_HOST: 'ssh://other' },
    { DOCKER_HOST: 'no:host:at:all' },
    { DOCKER_HOST: 'tcp://192.0.2.1:2376', DOCKER_CERT_PATH: '/no/folder' },
  ])(
    'asks the engine that the configuration names, whatever the environment says: %o',
    async (env) => {
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      const folder = await mkdtemp(join(tmpdir(), 'autodock-engine-'));
      const socket = join(folder, 'docker.sock');
      const server = createServer((_, response) => response.end('OK'));
      try {
        await new Promise<void>((resolve) => server.listen(socket, resolve));
        const pong = await engineAt(at(`unix://${socket}`)).ping();
        expect(String(pong)).toBe('OK');
        expect(process.env.DOCKER_HOST).toBe(env.DOCKER_HOST);
      } finally {
        server.close();
        await rm(folder, { recursive: true });
        vi.unstubAllEnvs();
      }
    },
  );
});
