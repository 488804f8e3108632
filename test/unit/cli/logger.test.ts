import { describe, expect, test } from 'vitest';
import { connectOptions } from '../../../src/cli/autodock/logger.ts';
import { loadFrom } from '../config/load-from.ts';

const optionsFor = (
  options: Parameters<typeof connectOptions>[0],
  env: Readonly<Record<string, string>> = {},
) => connectOptions(options, loadFrom({ env }).config);

describe('where the logger looks for the daemon', () => {
  test('is this host, as long as nobody says otherwise', () => {
    expect(optionsFor({})).toEqual({
      host: '127.0.0.1',
      port: 1338,
      http: 'http://127.0.0.1:1338',
    });
  });

  test.each([
    ['0.0.0.0', '127.0.0.1', 'http://127.0.0.1:1338'],
    ['::', '::1', 'http://[::1]:1338'],
    ['autodock', 'autodock', 'http://autodock:1338'],
  ])('is by the setting of the bus: %s', (setting, host, http) => {
    expect(optionsFor({}, { AUTODOCK_BUS_HOST: setting })).toMatchObject({ host, http });
  });

  test('follows the ports, the secret and the URL', () => {
    const env = {
      AUTODOCK_BUS_PORT: '2000',
      AUTODOCK_HTTP_PORT: '2001',
      AUTODOCK_BUS_SECRET: 'topsecret',
    };
    expect(optionsFor({}, env)).toMatchObject({
      port: 2000,
      secret: 'topsecret',
      http: 'http://127.0.0.1:2001',
    });
    expect(optionsFor({ httpUrl: 'https://proxy/autodock' }, env).http).toBe(
      'https://proxy/autodock',
    );
    expect(optionsFor({ httpUrl: 'none' }, env).http).toBeNull();
  });
});

describe('what the logger asks for', () => {
  test.each([
    [{ events: 'container_*, pull' }, ['container_*', 'pull']],
    [{ only: 'routes' }, ['route_added', 'route_removed']],
    [{ only: 'containers' }, ['container_*']],
    [{}, undefined],
  ] as const)('%j', (options, events) => {
    expect(optionsFor(options).events).toEqual(events);
  });
});
