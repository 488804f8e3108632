import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BareMachine, openBareMachine, type Suite } from '../parts/bare-machine.ts';

/** What is upgraded from: the first build whose images had all of today's services. */
const BEFORE = 'c5e7c97';

/** Each in turn; `BARE_SUITES=trixie` runs one. */
const SUITES = (process.env.BARE_SUITES ?? 'bookworm,trixie,testing,unstable').split(
  ',',
) as readonly Suite[];

const ASK_HELLO = `
  exec 3<>/dev/tcp/127.0.0.1/80
  printf 'GET / HTTP/1.0\\r\\nHost: hello.localhost\\r\\n\\r\\n' >&3; grep -a 'Hello from the container' <&3`;

/** That of this suite, in place of the image's; its health check asks the engine through it. */
const HAPROXY = `
  apt-get install -y -q --no-install-recommends haproxy >/tmp/said 2>&1; mkdir -p /run/docker-proxy
  perl deploy/docker-proxy/start.pl /var/run/docker.sock deploy/docker-proxy/haproxy.cfg >/tmp/said 2>&1 & proxy=$!
  for _ in $(seq 100); do
    if perl deploy/docker-proxy/healthcheck.pl /run/docker-proxy/docker.sock /var/run/docker.sock >/tmp/health 2>&1; then
      kill "$proxy"; haproxy -v | sed -nE 's/^(HAProxy version [^ ]+).*/\\1/p'; exit
    fi
    sleep 0.2
  done
  cat /tmp/said /tmp/health; exit 1`;

const STARTED = `docker ps -q --no-trunc | xargs docker inspect --format '{{.Name}} {{.Id}} {{.State.StartedAt}}' | sort`;

describe.for(SUITES)('a bare Debian, %s', (suite) => {
  let machine: BareMachine;
  const figures: string[] = [];

  beforeAll(async () => {
    machine = await openBareMachine(suite);
  });

  afterAll(async () => {
    const versions = await machine.bash(
      `docker version --format 'client {{.Client.Version}}, engine {{.Server.Version}}'; docker compose version --short ||
       docker-compose version --short; docker buildx version || true; for part in redis hipache caddy prometheus; do
       docker images --format '{{.Repository}}' "autodock-$part"; done`,
    );
    process.stdout.write(`${suite}: ${figures.join('; ')}\n${versions.stdout}`);
    await machine.stop();
  });

  /** Runs a command that must succeed, and notes how long it took. */
  async function timed(name: string, script: string): Promise<string> {
    const startedAt = performance.now();
    const { code, stdout, stderr } = await machine.bash(script);
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    figures.push(`${name} ${Math.round((performance.now() - startedAt) / 1000)} s`);
    return stdout;
  }

  test('comes to an answered request by deploy/up --demo', async () => {
    expect(await timed('to the answer', 'deploy/up --demo')).toContain('Hello from the container');
  });

  test('is left as it is by a second deploy/up', async () => {
    const before = await machine.bash(STARTED);

    await timed('again', 'deploy/up --demo');

    expect(await machine.bash(STARTED)).toEqual(before);
  });

  test('serves HTTPS and monitoring by their profiles, as far as images can be had', async () => {
    const profiles = 'COMPOSE_PROFILES=https,monitoring AUTODOCK_HTTPS_ISSUER=internal';
    const said = await timed('with both profiles', `${profiles} deploy/up`);

    const { stdout } = await machine.bash("docker ps --format '{{.Names}} {{.Status}}'");
    for (const part of ['caddy', 'prometheus']) {
      expect(stdout).toMatch(new RegExp(`autodock[-_]${part}[-_]1 .*\\(healthy\\)`));
    }
    if (!stdout.includes('grafana')) expect(said).toMatch(/^grafana +left out: .*docker load/m);
  });

  test('stops what no profile asks for any more, and serves HTTPS by the front again', async () => {
    const said = await timed('without a profile', 'deploy/up');

    expect(said).toMatch(/^stop +stopping caddy/m);
    expect(said).toMatch(/^stop +stopping prometheus/m);
    const { stdout } = await machine.bash("docker ps -a --format '{{.Names}}'");
    expect(stdout).not.toMatch(/caddy|prometheus/);
    expect(await machine.bash('exec 3<>/dev/tcp/127.0.0.1/443')).toMatchObject({ code: 0 });
  });

  test('is made anew by deploy/up --update while containers run', async () => {
    const base = "docker image inspect --format '{{.Id}}' autodock-base:debian";
    const before = await machine.bash(base);

    await timed('update', 'deploy/up --update');

    expect((await machine.bash(base)).stdout).not.toBe(before.stdout);
    expect(await machine.bash(ASK_HELLO)).toMatchObject({ code: 0 });
  });

  test('loses what deploy/down takes away, and has its routes again after deploy/up', async () => {
    expect(await timed('down', 'deploy/down')).toContain('kept');
    expect((await machine.bash('docker ps -aq')).stdout).toBe('');

    await timed('up again', 'deploy/up --demo');

    expect(await machine.bash(ASK_HELLO)).toMatchObject({ code: 0 });
  });

  test(`is upgraded from ${BEFORE} while containers run`, async () => {
    await machine.bash('deploy/down --volumes; mkdir -p old');
    await machine.bring(BEFORE, 'old');
    await timed('before', 'old/deploy/up --demo');

    await timed('upgrade', 'deploy/up');

    expect(await machine.bash(ASK_HELLO)).toMatchObject({ code: 0 });
    const { stdout } = await machine.bash("docker ps --format '{{.Names}} {{.Status}}'");
    expect(stdout).toMatch(/autodock-hello Up/);
    expect(stdout.match(/\(healthy\)/g)).toHaveLength(5);
  });

  test('has an HAProxy that serves the controller by the configuration of docker-proxy', async () => {
    const said = await timed('HAProxy', HAPROXY);

    figures.push(said.trim().split('\n').at(-1) ?? '');
  });

  test('has all that npm test needs after its set-up', async () => {
    await timed('set-up of the tests', 'bash test/setup/install.sh');

    expect(await machine.bash('bash test/setup/install.sh')).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});
