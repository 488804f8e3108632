import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runPieces } from '../parts/deploy-pieces.ts';
import { openPackageLists } from '../parts/package-lists.ts';

/** Which every engine takes along. */
const BESIDE = ['iptables', 'ca-certificates'];
const BY_DOCKER = ['docker-compose-plugin', 'docker-buildx-plugin'];

test.for([
  ['debian-12', ['docker.io'], []],
  ['debian-13', ['docker.io', 'docker-cli'], ['docker-compose', 'docker-buildx']],
  ['debian-14', ['docker.io', 'docker-cli'], ['docker-compose', 'docker-buildx']],
  ['ubuntu-22.04', ['docker.io'], ['docker-compose-v2', 'docker-buildx']],
  ['ubuntu-24.04', ['docker.io'], ['docker-compose-v2', 'docker-buildx']],
  ['ubuntu-26.04', ['docker.io'], ['docker-compose-v2', 'docker-buildx']],
] as const)(
  'on a bare %s deploy/up installs an engine with its client, and Compose with what it builds with',
  async ([system, engine, compose]) => {
    const { choice, simulate, close } = await openPackageLists([system], []);
    onTestFinished(close);

    expect(new Set(choice('engine_packages'))).toEqual(new Set([...engine, ...BESIDE]));
    expect(choice('compose_packages')).toEqual(compose);
    expect(simulate([...engine, ...BESIDE, ...compose])).toEqual({ code: 0, removed: [] });
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

test.for([
  ['debian-12', 'docker-ce-cli'],
  ['debian-13', 'docker-ce-cli'],
  ['ubuntu-24.04', 'docker-ce-cli'],
  // As a node of Kubernetes has it.
  ['debian-13', 'containerd.io'],
  ['ubuntu-24.04', 'containerd.io'],
] as const)('on %s with %s alone the engine is of docker.com, too', async ([system, installed]) => {
  const { choice, simulate, close } = await openPackageLists([system, 'docker.com'], [installed]);
  onTestFinished(close);

  expect(new Set(choice('engine_packages'))).toEqual(
    new Set(['docker-ce', 'docker-ce-cli', ...BESIDE]),
  );
  expect(simulate(choice('engine_packages'))).toEqual({ code: 0, removed: [] });
});

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

test('what somebody else needs is not removed for an engine, but named', async () => {
  const { choice, simulate, words, close } = await openPackageLists(
    ['debian-13'],
    ['podman-docker'],
  );
  onTestFinished(close);

  const packages = choice('engine_packages');

  expect(simulate(packages)).toEqual({ code: 100, removed: [] });
  const { stderr } = runPieces(
    `LOG=$(mktemp); printf '== engine: it\n%s\n' "$SAID" >"$LOG"; fail_log 'it failed' 'the remedy'`,
    { SAID: words(packages) },
  );
  const [cause, remedy] = stderr.split('---\n').at(-1)?.trim().split('\n') ?? [];
  expect(cause).toMatch(/would take the place of packages that are here: podman-docker$/);
  expect(remedy).toContain('Install Docker by hand');
});

test('podman under the name of Docker is told, and not taken for an engine that is missing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'autodock-podman-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const podman =
    '#!/bin/sh\ncase $1 in --version) echo podman version 5.4.2 ;; *) echo 5.4.2 ;; esac\n';
  await writeFile(join(folder, 'docker'), podman, { mode: 0o755 });

  const { code, stderr } = runPieces(`type() { echo ${folder}/docker; }; find_engine`);

  expect(code).toBe(1);
  expect(stderr).toMatch(/^deploy\/.*: the command .*docker is podman's.*\n {2}Install Docker/m);
});
