import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type Dockerode from 'dockerode';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ContainersAnswer, StatusAnswer } from '../parts/api.ts';
import { type Deployment, openDeployment, runDeploy, SERVICES } from '../parts/deployment.ts';
import { openDocker } from '../parts/docker.ts';
import { request } from '../parts/front.ts';
import { openSink } from '../parts/sink.ts';
import { waitFor } from '../parts/wait-for.ts';

/** Cold, it makes a base image, installs and builds five images. */
const UP_TIMEOUT_MS = 400_000;

describe('deploy/up', () => {
  let deployment: Deployment;
  let said: string;

  beforeAll(async () => {
    deployment = await openDeployment();
    const { code, stdout, stderr } = await deployment.up();
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    said = stdout;
  }, UP_TIMEOUT_MS);

  afterAll(() => deployment.close());

  test('tells a newcomer what to type, and where page and logs are', () => {
    expect(said).toMatch(/docker run -d -e VIRTUALHOST=hello\.local \S+/);
    expect(said).toContain(`http://127.0.0.1:${deployment.httpPort}/`);
    expect(said).toMatch(/compose .* logs -f/);
  });

  test('routes a container that asks for a host, also after a restart of every service', async () => {
    const docker = openDocker();
    onTestFinished(docker.close);
    const host = `${deployment.project}.local`;
    const container = await docker.run({ env: { VIRTUALHOST: host } });
    const isAnswered = () =>
      waitFor('the front answers', async () => {
        const answer = await request(deployment.frontPort, host);
        expect(answer).toMatchObject({
          status: 200,
          body: expect.stringContaining(container.name),
        });
      });
    await isAnswered();

    const services = await deployment.containers();
    await Promise.all(services.map(({ Id }) => deployment.engine.getContainer(Id).restart()));

    await waitFor('all are healthy', async () => {
      const states = (await deployment.containers()).map(({ Status }) => Status);
      expect(states).toEqual(SERVICES.map(() => expect.stringContaining('(healthy)')));
    });
    await isAnswered();
  });

  test('run again, leaves every container as it is; with --demo it shows an answer of the front', async () => {
    const before = await starts(deployment);

    const { code, stdout, stderr } = await deployment.up('--demo');

    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`$ curl http://hello.localhost:${deployment.frontPort}/`);
    expect(stdout).toContain('Hello from the container');
    expect(await starts(deployment)).toEqual(before);
  });

  test('refuses a route to the front itself', async () => {
    const docker = openDocker();
    onTestFinished(docker.close);
    const port = deployment.frontPort;

    const { id } = await docker.run({
      network: 'host',
      env: { VIRTUALHOST: 'loop.local', PORT: String(port) },
      expose: [`${port}/tcp`],
      listen: [port],
    });

    await waitFor('the verdict', async () => {
      const { containers } = await api<ContainersAnswer>(deployment, 'containers');
      expect(containers.find((container) => container.id === id)?.verdict).toBe('loop');
    });
  });

  test.for(SERVICES)('S6: %s is healthy, confined, restarted and limited', async (service) => {
    const { State, HostConfig, Mounts } = await deployment.inspect(service);
    const rights = await rightsOf(State.Pid);

    expect(State.Health?.Status).toBe('healthy');
    expect(HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      RestartPolicy: { Name: 'always' },
    });
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(HostConfig.PidsLimit).toBeGreaterThan(0);
    expect(rights).toMatchObject({ capabilities: 0, newPrivileges: false });
    const holdsSocket = Mounts.some(({ Source }) => Source === '/var/run/docker.sock');
    expect(holdsSocket).toBe(service === 'docker-proxy');
    expect(rights.root).toBe(holdsSocket);
  });

  test('opens ports on loopback alone, but for the front', async () => {
    const bindings = await Promise.all(
      SERVICES.map(async (service) => (await deployment.inspect(service)).HostConfig.PortBindings),
    );

    const hosts = bindings
      .flatMap((ports) => Object.values((ports ?? {}) as Record<string, { HostIp: string }[]>))
      .flat()
      .map(({ HostIp }) => HostIp);
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
    expect((await deployment.inspect('redis')).HostConfig.NetworkMode).toBe('none');
    expect((await deployment.inspect('docker-proxy')).HostConfig.NetworkMode).toBe('none');
  });

  test('S1: gives the controller an engine that it can only read', async () => {
    expect(await askEngine(deployment, 'GET', '/v1.41/info')).toMatch(/^200 /);
    expect(await askEngine(deployment, 'POST', '/v1.41/containers/create')).toMatch(
      /^403 .*refused/,
    );
    expect(await askEngine(deployment, 'GET', '/v1.41/images/json')).toMatch(/^403 .*refused/);
  });

  test('streams events to the controller', async () => {
    const { docker } = await api<StatusAnswer>(deployment, 'status');

    expect(docker.eventStream).toMatchObject({ enabled: true, up: true });
  });

  test('watches controller and front with Prometheus', async () => {
    const asked = `http://127.0.0.1:${deployment.prometheusPort}/api/v1/query?query=sum(up)`;
    await waitFor('both to be scraped', async () => {
      expect(await (await fetch(asked)).json()).toMatchObject({
        data: { result: [{ value: [expect.anything(), '2'] }] },
      });
    });
    expect(said).toContain(`http://127.0.0.1:${deployment.prometheusPort}/alerts`);
  });

  test('prints what happens, from a logger that is of the same image as the controller', async () => {
    const docker = openDocker();
    onTestFinished(docker.close);
    const host = `logged.${deployment.project}.local`;

    const { name } = await docker.run({ env: { VIRTUALHOST: host } });

    await waitFor('the lines', async () => {
      const lines = (await deployment.logs('logger')).split('\n');
      expect(lines).toContainEqual(expect.stringMatching(`container_started.*${name}`));
      expect(lines).toContainEqual(expect.stringMatching(`route_added.*${host}.*${name}`));
    });
    const [logger, controller] = [
      await deployment.inspect('logger'),
      await deployment.inspect('autodock'),
    ];
    expect(logger.Image).toBe(controller.Image);
  });

  test('S6: ships a controller without a shell or a package manager, whose program can be called', async () => {
    for (const tool of ['sh', 'bash', 'npm', 'apt-get']) {
      expect((await deployment.exec('autodock', tool, '--version')).code).not.toBe(0);
    }
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as {
      readonly version: string;
    };
    const { code, stdout } = await deployment.exec('autodock', 'autodock', '--version');
    expect(stdout).toContain(version);
    expect(code).toBe(0);
    const image = await deployment.engine.getImage(`${deployment.project}-autodock`).inspect();
    expect(image.Config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'autodock',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': 'MIT',
    });
  });

  test('takes a further plugin beside the rest: the webhook', async () => {
    const docker = openDocker();
    onTestFinished(docker.close);
    const network = deployment.engine.getNetwork(`${deployment.project}_plugins`);
    const { IPAM } = (await network.inspect()) as Dockerode.NetworkInspectInfo;
    const sink = await openSink({ address: IPAM?.Config?.[0]?.Gateway ?? '' });
    onTestFinished(sink.close);
    await deployment.add('webhook.yaml', 'webhook', { WEBHOOK_URL: sink.url });
    await waitFor('all routes', () =>
      expect(sink.taken()).toContainEqual(expect.objectContaining({ type: 'routes' })),
    );
    const vhost = `hook.${deployment.project}.local`;

    await docker.run({ env: { VIRTUALHOST: vhost } });

    await waitFor('the change', () =>
      expect(sink.taken()).toContainEqual(expect.objectContaining({ type: 'route_added', vhost })),
    );
  });

  test('deploy/down keeps the data, and deletes it when told to', async () => {
    const { code, stdout } = await deployment.down();
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('kept') });
    expect(await deployment.containers()).toEqual([]);
    expect(await deployment.volumes()).toContain(`${deployment.project}_redis-data`);

    expect((await deployment.down('--volumes')).code).toBe(0);
    expect(await deployment.volumes()).toEqual([]);
  });
});

test('every file builds from the same base images', async () => {
  const files = ['Dockerfile', 'deploy/compose.yaml', 'deploy/base/compose.yaml'];
  const monitoring = ['monitoring/grafana', 'monitoring/prometheus'];
  for (const part of ['demo', 'docker-proxy', 'hipache', 'https', 'redis', ...monitoring]) {
    files.push(`deploy/${part}/Dockerfile`);
  }
  const text = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('');

  const named = text.match(/(?<=_IMAGE(=|:-))[a-z/]+:[\w.-]+/g);

  expect([...new Set(named)].toSorted((a, b) => a.localeCompare(b))).toEqual([
    expect.stringMatching(/^caddy:/),
    expect.stringMatching(/^debian:/),
    expect.stringMatching(/^grafana\/grafana:/),
    expect.stringMatching(/^node:24\./),
    expect.stringMatching(/^prom\/prometheus:/),
    expect.stringMatching(/^redis:/),
  ]);
});

test.for([
  ['no', 'monitoring', 'prometheus', 'left out: Debian has none. Bring grafana/grafana:1 here'],
  ['no', 'monitoring,https', 'prometheus,https', 'left out'],
  ['yes', 'monitoring', 'monitoring', ''],
] as const)(
  'Grafana here: %s, profiles %s: base images made here serve %s',
  async ([here, profiles, left, word]) => {
    const script = `
    ROOT=$PWD; . deploy/lib/say.sh; . deploy/lib/base.sh
    compose() { echo '        GRAFANA_IMAGE: grafana/grafana:1'; }
    has_image() { [ ${here} = yes ] && [ "$1" = grafana/grafana:1 ]; }
    leave_out_grafana; echo "$COMPOSE_PROFILES"`;

    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      env: { PATH: process.env.PATH, COMPOSE_PROFILES: profiles },
    });

    const lines = stdout.trimEnd().split('\n');
    expect(lines.pop()).toBe(left);
    expect(lines.join()).toContain(word);
    expect(lines).toHaveLength(here === 'yes' ? 0 : 1);
  },
);

describe('deploy/up says what is wrong and what to do', () => {
  test(
    'when the port of the front is taken',
    async () => {
      const port = await takenPort();

      const { code, stderr } = await runDeploy('up', [], {
        COMPOSE_PROJECT_NAME: 'autodock-test-taken',
        FRONT_HTTP_PORT: port,
      });

      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`port ${port}, for the front, is taken`));
      expect(stderr).toContain('FRONT_HTTP_PORT=8080 deploy/up');
    },
    UP_TIMEOUT_MS,
  );

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
  ] as const)(
    'when what runs is to move to a port that is taken: %s',
    async ([name, what, other]) => {
      const port = await takenPort();

      const { status, stderr } = checkPorts('off', { FRONT_HTTPS_PORT: 'off', [name]: port });

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

  test('when Caddy has the port of HTTPS that the front is to have again', async () => {
    const port = await takenPort();

    const { status, stderr } = checkPorts('off', { FRONT_HTTPS_PORT: port });

    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`port ${port}, for the front's HTTPS, is taken`));
    expect(stderr).toContain('FRONT_HTTPS_PORT=off deploy/up');
  });

  test('when no engine answers where DOCKER_HOST points', async () => {
    const { code, stderr } = await runDeploy('up', [], { DOCKER_HOST: 'unix:///nowhere.sock' });

    expect(code).toBe(1);
    expect(stderr).toMatch(/no Docker engine answers at DOCKER_HOST=unix:\/\/\/nowhere\.sock/);
  });

  test('when an argument is unknown', async () => {
    const { code, stderr } = await runDeploy('up', ['--demmo']);

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "deploy/up: unknown argument '--demmo'\n  Try deploy/up --help.\n",
    });
  });
});

/** A port of this host that another program holds until the test is over. */
async function takenPort(): Promise<string> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  onTestFinished(() => void holder.close());
  return String((holder.address() as AddressInfo).port);
}

/** What `deploy/up` says of the ports while a front and a controller run on theirs, the front with HTTPS on this port. */
function checkPorts(served: string, env: Readonly<Record<string, string>>) {
  const script = `
    ROOT=$PWD; . deploy/lib/say.sh; . deploy/lib/settings.sh; . deploy/lib/health.sh; . deploy/lib/ports.sh
    PROJECT=p; DOCKER=engine
    engine() {
      case "$*" in
        inspect*) printf '%s\n' A=b FRONT_HTTP_PORT=80 FRONT_STATUS_PORT=1339 FRONT_HTTPS_PORT=${served} ;;
        *service=hipache | *service=autodock*publish=1338) echo id ;;
      esac
    }
    check_ports`;
  return spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  });
}

async function api<T>(deployment: Deployment, what: string): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${deployment.httpPort}/api/v1/${what}`);
  return (await answer.json()) as T;
}

/** When each container started, by name. */
async function starts(deployment: Deployment): Promise<Readonly<Record<string, string>>> {
  const inspected = await Promise.all(SERVICES.map((service) => deployment.inspect(service)));
  return Object.fromEntries(inspected.map(({ Id, State }) => [Id, State.StartedAt]));
}

/** What a process may do, by /proc. */
async function rightsOf(pid: number) {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\w+)`, 'm').exec(text)?.[1];
  return {
    root: field('Uid') === '0',
    capabilities: Number.parseInt(field('CapEff') ?? '', 16),
    newPrivileges: field('NoNewPrivs') !== '1',
  };
}

/** Asks from inside the controller's container; `STATUS BODY`. */
async function askEngine(deployment: Deployment, method: string, path: string): Promise<string> {
  const script = `require('node:http').request(
    { socketPath: '/run/docker-proxy/docker.sock', method: '${method}', path: '${path}' },
async (answer) => console.log(\`\${answer.statusCode} \${(await answer.toArray()).join('').slice(0, 200)}\`),
  ).end()`;
  return (await deployment.exec('autodock', 'node', '-e', script)).stdout;
}
