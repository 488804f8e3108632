import { expect, onTestFinished, test } from 'vitest';
import { openPackageLists } from '../parts/package-lists.ts';

const BY_DOCKER = ['docker-compose-plugin', 'docker-buildx-plugin'];

test.for([
  ['debian-12', ['docker.io', 'iptables'], []],
  ['debian-13', ['docker.io', 'iptables', 'docker-cli'], ['docker-compose', 'docker-buildx']],
  ['debian-14', ['docker.io', 'iptables', 'docker-cli'], ['docker-compose', 'docker-buildx']],
  ['ubuntu-22.04', ['docker.io', 'iptables'], ['docker-compose-v2', 'docker-buildx']],
  ['ubuntu-24.04', ['docker.io', 'iptables'], ['docker-compose-v2', 'docker-buildx']],
  ['ubuntu-26.04', ['docker.io', 'iptables'], ['docker-compose-v2', 'docker-buildx']],
] as const)(
  'on a bare %s deploy/up installs an engine with its client, and Compose with what it builds with',
  async ([system, engine, compose]) => {
    const { choice, simulate, close } = await openPackageLists([system], []);
    onTestFinished(close);

    expect(new Set(choice('engine_packages'))).toEqual(new Set(engine));
    expect(choice('compose_packages')).toEqual(compose);
    expect(simulate([...engine, ...compose])).toEqual({ code: 0, removed: [] });
  },
);

test.for([
  ['debian-12', ['docker.io', 'iptables'], []],
  ['debian-13', ['docker.io', 'iptables', 'docker-cli'], []],
  ['debian-12', ['docker-ce', 'docker-ce-cli', 'iptables'], BY_DOCKER],
  ['debian-13', ['docker-ce', 'docker-ce-cli', 'iptables'], BY_DOCKER],
  ['ubuntu-22.04', ['docker-ce', 'docker-ce-cli', 'iptables'], BY_DOCKER],
  ['ubuntu-24.04', ['docker-ce', 'docker-ce-cli', 'iptables'], BY_DOCKER],
  ['ubuntu-26.04', ['docker-ce', 'docker-ce-cli', 'iptables'], BY_DOCKER],
] as const)(
  'on %s with %s it takes Compose from whom the engine is, and leaves the engine that is there',
  async ([system, installed, compose]) => {
    const { choice, simulate, close } = await openPackageLists([system, 'docker.com'], installed);
    onTestFinished(close);

    if (compose.length > 0) expect(choice('compose_packages')).toEqual(compose);
    expect(simulate(choice('compose_packages'))).toEqual({ code: 0, removed: [] });
  },
);

test.for(['debian-12', 'debian-13', 'ubuntu-24.04'] as const)(
  'on %s with the client of docker.com alone the engine is from there, too',
  async (system) => {
    const { choice, simulate, close } = await openPackageLists(
      [system, 'docker.com'],
      ['docker-ce-cli'],
    );
    onTestFinished(close);

    expect(new Set(choice('engine_packages'))).toEqual(
      new Set(['docker-ce', 'docker-ce-cli', 'iptables']),
    );
    expect(simulate(choice('engine_packages'))).toEqual({ code: 0, removed: [] });
  },
);

test.for([
  ['debian-13', ['docker.io', 'iptables'], 'docker-cli'],
  ['debian-14', ['docker.io', 'iptables'], 'docker-cli'],
  ['ubuntu-24.04', ['docker-ce', 'iptables'], 'docker-ce-cli'],
] as const)('on %s with %s alone the client is %s', async ([system, installed, client]) => {
  const { choice, simulate, close } = await openPackageLists([system, 'docker.com'], installed);
  onTestFinished(close);

  expect(choice('client_packages')).toEqual([client]);
  expect(simulate([client])).toEqual({ code: 0, removed: [] });
});
