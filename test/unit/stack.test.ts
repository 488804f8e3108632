import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly image: string;
  readonly healthcheck?: {
    readonly timeout?: string;
    readonly start_period?: string;
    readonly retries?: number;
  };
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly networks: readonly string[];
  readonly ports?: readonly { readonly mode: string }[];
  readonly secrets?: readonly string[];
  readonly deploy: { readonly mode?: string; readonly endpoint_mode: string };
}

interface StackFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, unknown>>;
}

function fileOf(name: string): StackFile {
  const path = fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url));
  return parse(readFileSync(path, 'utf8'), { merge: true }) as StackFile;
}

function settingsOf(file: StackFile, service: string): ReadonlySet<string> {
  return new Set(Object.keys(file.services[service]?.environment ?? {}));
}

/** What one host has and a node of a swarm does not, and why. */
const ONLY_ON_A_HOST = [
  // Published by the engine, or not at all.
  'FRONT_STATUS_PORT',
  // A folder of the host.
  'FRONT_PAGES',
  // Decided by the swarm.
  'AUTODOCK_HOST_ADDRESS',
  'AUTODOCK_ADDRESS',
  'AUTODOCK_OWNER',
  'AUTODOCK_REDIS_URL',
  // Ports are the container's own.
  'FRONT_HTTP_HOST',
  // Said by AUTODOCK_SWARM already.
  'AUTODOCK_SHARED_NETWORK',
];
const ONLY_IN_A_SWARM = [
  'AUTODOCK_SWARM',
  'AUTODOCK_REDIS_URL_FILE',
  'FRONT_REDIS_PASSWORD_FILE',
  'FRONT_METRICS_TOKEN_FILE',
  // Redis of one host is a socket.
  'FRONT_REDIS_TLS_NAME',
  'FRONT_SWARM',
];
const IN_A_SWARM_BY_FILE = ['FRONT_REDIS_PASSWORD', 'FRONT_METRICS_TOKEN'];

describe('the stack', () => {
  const stack = fileOf('stack.yaml');
  const compose = fileOf('compose.yaml');

  test.each(['hipache', 'autodock'])('hands on every setting that one host does, to %s', (name) => {
    const here = settingsOf(stack, name);
    const there = settingsOf(compose, name);
    const leftOut = [...ONLY_ON_A_HOST, ...IN_A_SWARM_BY_FILE];

    expect(there.size).toBeGreaterThan(15);
    expect([...there].filter((one) => !here.has(one) && !leftOut.includes(one))).toEqual([]);
    expect([...here].filter((one) => !there.has(one) && !ONLY_IN_A_SWARM.includes(one))).toEqual(
      [],
    );
  });

  test('has ports in host mode alone, so that the front sees who asks', () => {
    const ports = Object.values(stack.services).flatMap((service) => service.ports ?? []);

    expect(ports.map(({ mode }) => mode)).toEqual(['host', 'host']);
  });

  test('lets nobody but fronts and controllers reach Redis, and services the front alone', () => {
    const on = (network: string) =>
      Object.keys(stack.services).filter((name) =>
        stack.services[name]?.networks.includes(network),
      );

    expect(on('control')).toEqual(['redis', 'hipache', 'autodock']);
    expect(on('autodock')).toEqual(['hipache']);
    expect(stack.networks.autodock).toEqual({ external: true });
  });

  test.each(Object.keys(stack.services))(
    'does not end %s for a check that is late on a busy node, as Swarm ends what is unhealthy',
    (name) => {
      const { timeout, start_period, retries } = stack.services[name]?.healthcheck ?? {};

      expect({ timeout, start_period }).toEqual({ timeout: '30s', start_period: '2m' });
      expect(retries).toBeGreaterThanOrEqual(5);
    },
  );

  test('uses what a stack file can say: no tmpfs with rights, and no default within a default', () => {
    const text = JSON.stringify(stack);

    expect(Object.values(stack.services).filter((service) => 'tmpfs' in service)).toEqual([]);
    expect(text).not.toMatch(/\$\{[^}]*\$\{/);
  });
});
