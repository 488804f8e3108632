import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { runPieces } from '../parts/deploy-pieces.ts';
import { engineSocket } from '../parts/docker.ts';

/** Each with a part of the answers of an engine that cannot be had here. */
describe('deploy/up says what is wrong with an engine', () => {
  test.for([
    ['19.03.15', '', '', 'the Docker engine is of version 19.03.15', 'needs 20.10 or newer'],
    [
      '28.5.2',
      'name=seccomp\nname=rootless',
      '',
      'is rootless',
      'DOCKER_HOST=unix:///var/run/docker.sock',
    ],
    ['26.1.5', 'name=userns', 'https', 'remaps users', 'Start without them'],
    ['26.1.5', 'name=userns', 'monitoring', 'remaps users', 'Start without them'],
  ] as const)('%s with %j and the profile %j', ([version, options, profiles, cause, remedy]) => {
    const { code, stderr } = runPieces(`ENGINE_VERSION=${version}; check_engine`, {
      ...engineWith(options),
      COMPOSE_PROFILES: profiles,
    });

    expect(code).toBe(1);
    expect(stderr).toContain(cause);
    expect(stderr).toContain(remedy);
  });

  test.for(['20.10.24+dfsg1', '26.1.5', '29.1.3', '100.0.0'])('but nothing with %s', (version) => {
    expect(
      runPieces(`ENGINE_VERSION=${version}; check_engine`, engineWith('name=seccomp')),
    ).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});

test.for([
  ['name=selinux', 'alone', /label=disable/g, 8, 8],
  ['name=selinux', 'first', /label=disable/g, 8, 8],
  ['name=selinux', 'joined', /label=disable/g, 3, 3],
  ['name=userns', 'alone', /userns_mode: "?host/g, 2, 8],
  ['name=cgroupns', 'alone', /label=disable|userns_mode/g, 0, 8],
] as const)(
  'an engine with %s gets what it takes, on a host that is %s',
  ([option, host, pattern, times, services]) => {
    const { code, stdout, stderr } = runPieces(
      `ask_compose; ask_engine_options; HOSTS=${host}; compose --profile https --profile monitoring config`,
      engineWith(option),
    );

    expect(code, stderr).toBe(0);
    const [told = ''] = stdout.split('\nx-');
    expect(told.match(pattern) ?? []).toHaveLength(times);
    expect(told.match(/no-new-privileges/g)).toHaveLength(services);
  },
);

test.for([
  [{}, engineId()],
  [{ AUTODOCK_OWNER: 'my-host' }, 'my-host'],
] as const)('the front is told whose routes are those of this host, with %j', ([env, owner]) => {
  const { code, stdout, stderr } = runPieces('find_engine; ask_compose; compose config', env);

  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(new RegExp(`FRONT_OWNER: "?${owner}"?$`, 'm'));
});

test.for([
  ['2.40.3', '28.5', '', 'Compose 2.40.3 needs 0.17 or newer, and there is none'],
  ['2.40.3', '26.1', '0.13.1+ds1', 'Compose 2.40.3 needs 0.17 or newer, and there is 0.13.1'],
  ['5.0.1', '29.1', 'v0.16.2', 'Compose 5.0.1 needs 0.17 or newer, and there is 0.16.2'],
  ['2.40.3-desktop.1', '28.5', 'v0.29.1', ''],
  ['2.26.1', '26.1', '', ''],
  ['1.29.2', '26.1', '', 'Compose 1.29.2 builds by the client engine, which needs it'],
  ['1.29.2', '26.1', '0.13.1', ''],
  ['1.29.2', '20.10.24+dfsg1', '', ''],
] as const)(
  'Compose %s with the client %s and buildx %j: before anything is built, what is missing is %j',
  ([compose, client, buildx, lack]) => {
    const { code, stderr } = runPieces(
      `engine() { case $1 in version) echo "$CLIENT" ;; buildx) [ -n "$BUILDX" ] && echo "buildx $BUILDX abc" ;; esac; }
     can_apt() { false; }; COMPOSE_VERSION=${compose}; find_buildx`,
      { CLIENT: client, BUILDX: buildx },
    );

    expect(code).toBe(lack === '' ? 0 : 1);
    expect(stderr).toContain(lack === '' ? '' : `missing or too old: ${lack}`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(lack === '' ? 1 : 2);
  },
);

test.for([
  ['/nowhere.sock', 1],
  [engineSocket(), 0],
] as const)('a socket of the engine that is said to be at %s', ([socket, status]) => {
  const { code, stderr } = runPieces('find_socket; check_socket', {
    DOCKER_HOST: `unix://${engineSocket()}`,
    AUTODOCK_DOCKER_SOCKET: socket,
  });

  expect(code, stderr).toBe(status);
  expect(stderr).toBe(
    status === 0
      ? ''
      : `deploy/bash: AUTODOCK_DOCKER_SOCKET is '${socket}', and no socket is there\n` +
          `  The engine that answers is asked at ${engineSocket()}: leave the setting out.\n`,
  );
});

test('what Compose does not take is told before anything is made, in its own words', () => {
  const { code, stdout, stderr } = runPieces('ask_compose; check_services; echo on', {
    FRONT_CERTIFICATES: 'relative/folder',
  });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const [cause, remedy] = stderr.trim().split('\n');
  expect(cause).toMatch(/^deploy\/.*: Compose refuses the services: .*relative\/folder/);
  expect(remedy).toContain('Correct the setting that it names');
});

test('a cause is told at the end of a long log, too', () => {
  const { code, stderr } = runPieces(
    `LOG=$(mktemp); { echo '== before: it'; seq 100000; echo '== now: it'; echo 'no space left on device'; } >"$LOG"
     DOCKER=false; fail_log 'it failed' 'the remedy'`,
  );

  expect(code).toBe(1);
  expect(stderr).toContain('the disk is full');
});

test('the name of the project may stand in deploy/.env', () => {
  const { stdout } = runPieces(
    `ROOT=$(mktemp -d); mkdir "$ROOT/deploy"; echo COMPOSE_PROJECT_NAME=shop >"$ROOT/deploy/.env"
     is_setting() { true; }; load_settings; use_project; echo "$PROJECT"`,
  );

  expect(stdout).toBe('shop\n');
});

test.for([
  ['write /var/lib/docker/x: no space left on device', 'the disk is full', 'Make room'],
  [
    "W: Failed to fetch http://m/ Temporary failure resolving 'm'",
    'the network does not reach: W: Failed',
    'http_proxy',
  ],
  [
    '#8 1.2 npm error code SELF_SIGNED_CERT_IN_CHAIN',
    'a certificate is not trusted: npm error',
    'NODE_EXTRA_CA_CERTS',
  ],
  ['Error: toomanyrequests: You have reached your limit', 'takes no more requests', 'docker login'],
  ['compose build requires buildx 0.17.0 or later', 'builds with buildx', 'docker-buildx-plugin'],
  [
    'ERROR: BuildKit is enabled but the buildx component is missing or broken.',
    'builds with buildx',
    'docker-buildx',
  ],
  ['E: something else', 'it failed', 'the remedy'],
  [
    'front: http://m does not have nginx 1; Could not resolve snapshot. AUTODOCK_NGINX=newest builds',
    'cannot be had in the version',
    'AUTODOCK_NGINX=newest deploy/up',
  ],
] as const)('a failure whose log says %j is told by its cause', ([line, cause, remedy]) => {
  const { code, stderr } = runPieces(
    `LOG=$(mktemp); printf '== before: x509: of another step\\n== now: it\\n%s\\nthe end\\n' '${line.replaceAll("'", "'\\''")}' >"$LOG"
     DOCKER=false; fail_log 'it failed' 'the remedy'`,
  );

  expect(code).toBe(1);
  const [said, todo] = stderr.split('---\n').at(-1)?.trim().split('\n') ?? [];
  expect(said).toContain(cause);
  expect(todo).toContain(remedy);
});

test('a proxy that sudo took away is given back by sudo -E', () => {
  const { stderr } = runPieces(
    `LOG=$(mktemp); echo 'Could not resolve host' >"$LOG"; fail_log 'it failed' 'the remedy'`,
    { SUDO_USER: 'me' },
  );

  expect(stderr).toContain('export http_proxy and https_proxy, which sudo -E keeps)');
});

test('Compose 1 is given no default within a default, which it would leave as text', () => {
  const { stdout } = runPieces('COMPOSE_VERSION=1.29.2; cat "$(compose_file)"', {
    FRONT_HTTP_PORT: '8080',
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Compose's
  expect(stdout).toContain('${AUTODOCK_FRONT_ADDRESSES:-0.0.0.0:8080}');
  expect(stdout).not.toMatch(/\$\{[A-Z_]+:-[^}]*\$\{/);
});

test('a CA is no remedy where Compose cannot give it to a build', () => {
  const { stderr } = runPieces(
    `LOG=$(mktemp); echo 'npm error code SELF_SIGNED_CERT_IN_CHAIN' >"$LOG"
     DOCKER=false; COMPOSE_VERSION=1.29.2; fail_log 'it failed' 'the remedy'`,
  );

  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    /Compose 1\.29\.2 cannot .* install Compose 2/,
  );
});

test.for([
  ['docker compose', '2.40.3', 'autodock', 'docker compose -f deploy/compose.yaml', ''],
  ['docker compose', '2.40.3', 'shop', 'docker compose -p shop -f deploy/compose.yaml', 'shop'],
  ['docker-compose', '1.29.2', 'autodock', 'docker-compose -p autodock -f .cache/deploy/', ''],
] as const)(
  '%s %s is told for the project %s as a person calls it',
  ([program, version, project, command, name]) => {
    const { stdout } = runPieces(
      `COMPOSE=(${program}); COMPOSE_VERSION=${version}; PROJECT=${project}; shown_compose; echo "$(shown_project)deploy/down"`,
      {},
    );

    const [compose, down] = stdout.trim().split('\n');
    expect(compose).toContain(command);
    expect(down).toBe(name === '' ? 'deploy/down' : `COMPOSE_PROJECT_NAME=${name} deploy/down`);
  },
);

test('data of a newer Redis is named, with what is lost and what to type', () => {
  const { code, stderr } = runPieces(
    `PROJECT=shop; name_newer_data "1:M # Can't handle RDB format version 99
1:M # Error reading the RDB base file appendonly.aof.1.base.rdb, AOF loading aborted"`,
  );

  expect(code).toBe(1);
  expect(stderr).toContain('redis cannot read its data: a newer Redis wrote it (format 99)');
  expect(stderr).toContain(
    '\n    COMPOSE_PROJECT_NAME=shop deploy/down && docker volume rm shop_redis-data && COMPOSE_PROJECT_NAME=shop deploy/up\n',
  );
  expect(stderr).toMatch(
    /Lost are routes that were added by hand.*\n {2}certificates in Redis, drains, and hosts that are off\.$/m,
  );
});

function engineId(): string {
  return execFileSync('docker', ['info', '--format', '{{.ID}}'], { encoding: 'utf8' }).trim();
}

/** `docker info` of an engine with these security options; all else is this machine's client. */
function engineWith(options: string): Readonly<Record<string, string>> {
  return { OPTIONS: options };
}
