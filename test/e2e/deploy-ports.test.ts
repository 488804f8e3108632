import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { freePort } from '../parts/free-port.ts';
import { takenPort } from '../parts/taken-port.ts';

describe('deploy/up says what is wrong and what to do', () => {
  test.for([
    ['the front that runs, which will leave it', 'its own', 'off', 0],
    ['the front that runs, which is to keep it', 'its own', 'kept', 1],
    ['another program', '444', 'off', 1],
  ] as const)('Caddy may take a port of %s', async ([, served, next, code]) => {
    const port = await takenPort();
    const { status, stderr } = checkPorts(served === '444' ? served : port, {
      COMPOSE_PROFILES: 'https',
      AUTODOCK_HTTPS_PORT: port,
      FRONT_HTTPS_PORT: next === 'off' ? next : port,
    });

    expect(status, stderr).toBe(code);
    expect(stderr).toMatch(code === 0 ? /^$/ : new RegExp(`port ${port}, for HTTPS, is taken`));
  });

  test.for([
    ['FRONT_HTTP_PORT', 'the front', '8080'],
    ['FRONT_STATUS_PORT', "the front's status", '13390'],
    ['AUTODOCK_HTTP_PORT', 'the status page', '13380'],
    ['AUTODOCK_GRAFANA_PORT', 'Grafana', '13000'],
  ] as const)(
    'when what runs is to move to a port that is taken: %s',
    async ([name, what, other]) => {
      const port = await takenPort();

      const { status, stderr } = checkPorts('off', {
        COMPOSE_PROFILES: 'monitoring',
        FRONT_HTTPS_PORT: 'off',
        AUTODOCK_PROMETHEUS_PORT: String(await freePort()),
        [name]: port,
      });

      expect(status).toBe(1);
      expect(stderr).toMatch(new RegExp(`port ${port}, for ${what}, is taken`));
      expect(stderr).toContain(`${name}=${other} deploy/up`);
    },
  );

  test('but not that the front may have what it had for something else', async () => {
    const port = await takenPort();

    const { status, stderr } = checkPorts(port, { FRONT_HTTPS_PORT: 'off', FRONT_HTTP_PORT: port });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('but not that a controller which ends again and again has its own, as its settings are mended', async () => {
    const port = await takenPort();

    const { status, stderr } = checkPorts('off', {
      FRONT_HTTPS_PORT: 'off',
      AUTODOCK_HTTP_PORT: port,
      PUBLISHED: port,
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test.for([
    ['caddy', 'AUTODOCK_HTTPS_PORT', 'FRONT_HTTPS_PORT'],
    ['caddy', 'AUTODOCK_HTTPS_HEALTH_PORT', 'FRONT_STATUS_PORT'],
    ['prometheus', 'AUTODOCK_PROMETHEUS_PORT', 'FRONT_HTTP_PORT'],
    ['grafana', 'GF_SERVER_HTTP_PORT', 'AUTODOCK_HTTP_PORT'],
  ] as const)(
    'but not where %s has it as its %s, for which no profile asks any more',
    async ([service, held, name]) => {
      const port = await takenPort();
      const env = { FRONT_HTTPS_PORT: 'off', [name]: port };

      const left = checkPorts('off', env, { service, held: `${held}=${port}` });
      const wanted = checkPorts(
        'off',
        { ...env, COMPOSE_PROFILES: 'https,monitoring' },
        { service, held: `${held}=${port}` },
      );

      expect({ status: left.status, stderr: left.stderr }).toEqual({ status: 0, stderr: '' });
      expect(wanted.stderr).toContain(`port ${port}, for`);
    },
  );

  test('when another program has the port of HTTPS that the front is to have again', async () => {
    const port = await takenPort();

    const { status, stderr } = checkPorts('off', { FRONT_HTTPS_PORT: port });

    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`port ${port}, for the front's HTTPS, is taken`));
    expect(stderr).toContain('FRONT_HTTPS_PORT=off deploy/up');
  });
});

test.for([
  [{ FRONT_HTTP_PORT: '443' }, 'port 443', 'FRONT_HTTP_PORT and FRONT_HTTPS_PORT'],
  [{ AUTODOCK_HTTP_PORT: '1339' }, 'port 1339', 'AUTODOCK_HTTP_PORT and FRONT_STATUS_PORT'],
  [
    { COMPOSE_PROFILES: 'https', FRONT_HTTPS_PORT: '443' },
    'port 443',
    'FRONT_HTTPS_PORT and AUTODOCK_HTTPS_PORT',
  ],
  [
    { COMPOSE_PROFILES: 'monitoring', AUTODOCK_GRAFANA_PORT: '9090' },
    'port 9090',
    'AUTODOCK_PROMETHEUS_PORT and AUTODOCK_GRAFANA_PORT',
  ],
  [
    { HOSTS: 'first', AUTODOCK_REDIS_PORT: '80' },
    'port 80',
    'AUTODOCK_REDIS_PORT and FRONT_HTTP_PORT',
  ],
] as const)('deploy/up names two settings with one port: %j', ([env, port, both]) => {
  const { status, stderr } = checkDiffer(env);

  expect(status).toBe(1);
  expect(stderr).toMatch(new RegExp(`^deploy/.*: ${port} is given to both ${both}\n {2}Set`));
});

test.for([
  {},
  { AUTODOCK_BUS_PORT: '1338' },
  { AUTODOCK_GRAFANA_PORT: '80' },
  { FRONT_HTTP_PORT: '443', FRONT_HTTPS_PORT: 'off' },
  { HOSTS: 'joined', AUTODOCK_HTTP_PORT: '80' },
] as const)('but not where only one is of use: %j', (env) => {
  expect(checkDiffer(env)).toMatchObject({ status: 0, stderr: '' });
});

/** What `deploy/up` says of ports that two settings name. */
function checkDiffer({ HOSTS = 'alone', ...env }: Readonly<Record<string, string>>) {
  const script = `
    ROOT=$PWD; . deploy/lib/say.sh; . deploy/lib/settings.sh; . deploy/lib/first.sh; . deploy/lib/ports.sh
    HOSTS=${HOSTS}; check_ports_differ`;
  return spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  });
}

/**
 * What `deploy/up` says of the ports while a front and a controller are started again and again on theirs, the front
 * with HTTPS on this port, and one more service.
 */
function checkPorts(
  served: string,
  env: Readonly<Record<string, string>>,
  { service, held }: { readonly service: string; readonly held: string } = {
    service: '-',
    held: '',
  },
) {
  const script = `
    ROOT=$PWD; . deploy/lib/say.sh; . deploy/lib/settings.sh; . deploy/lib/hosts.sh; . deploy/lib/first.sh
    . deploy/lib/health.sh; . deploy/lib/ports.sh; . deploy/lib/left.sh
    PROJECT=p; DOCKER=engine
    engine() {
      case "$*" in
        inspect*more) echo ${held} ;;
        inspect*PortBindings*) echo "\${PUBLISHED:-1338}" ;;
        inspect*) printf '%s\n' A=b FRONT_HTTP_PORT=80 FRONT_STATUS_PORT=1339 FRONT_HTTPS_PORT=${served} ;;
        *service=${service}*) echo more ;;
        *service=hipache*status=restarting* | *service=autodock*status=restarting*) echo id ;;
      esac
    }
    check_ports; check_grafana_port`;
  return spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  });
}
