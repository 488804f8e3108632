import { describe, expect, test } from 'vitest';
import { transportOf } from '../../../src/clients/docker-transport.ts';
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
