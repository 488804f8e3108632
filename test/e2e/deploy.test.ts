import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type Dockerode from 'dockerode';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ContainersAnswer } from '../../src/answers/containers.ts';
import type { StatusAnswer } from '../../src/answers/status.ts';
import { type Deployment, openDeployment, runDeploy, SERVICES } from '../parts/deployment.ts';
import { api, askEngine, rightsOf, starts } from '../parts/deployment-looks.ts';
import { openDocker } from '../parts/docker.ts';
import { freePort } from '../parts/free-port.ts';
import { request } from '../parts/front.ts';
import { openSink } from '../parts/sink.ts';
import { takenPort } from '../parts/taken-port.ts';
import { waitFor } from '../parts/wait-for.ts';

/** Cold, it makes a base image, installs and builds five images, and on a busy machine waits for others. */
const UP_TIMEOUT_MS = 1_200_000;

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
    const [, command = ''] = /^Logs +(.* logs) -f$/m.exec(said) ?? [];
    const script = `cd ${deployment.root} && ${command} --tail 1 hipache`;
    const logs = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(logs.stdout).toContain('hipache');
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
    const waited = await deployment.exec('autodock', 'autodock', 'wait', 'hello.localhost');
    expect(waited).toMatchObject({ code: 0 });
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

  test('streams events to the controller', () =>
    waitFor('the stream', async () => {
      const { docker } = await api<StatusAnswer>(deployment, 'status');
      expect(docker.eventStream).toMatchObject({ enabled: true, up: true });
    }));

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

  test('run without the profile, stops what that had started, and nothing else', async () => {
    const ids = async () => new Set((await deployment.containers()).map(({ Id }) => Id));
    const others = await ids();
    others.delete((await deployment.inspect('prometheus')).Id);

    const { code, stdout, stderr } = await deployment.upAlone();

    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^stop +stopping prometheus, for which no profile asks/m);
    expect(await ids()).toEqual(others);
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

// Not in a file of its own: deploy/up runs one at a time, and beside the deployment above it would wait for it.
test(
  'deploy/up says that the port of the front is taken, and what to do',
  async () => {
    // An autodock that runs on this machine has the usual one of the page.
    const [port, page] = [await takenPort(), String(await freePort())];
    const own = { COMPOSE_PROJECT_NAME: 'autodock-test-taken', AUTODOCK_HTTP_PORT: page };

    const { code, stderr } = await runDeploy('up', [], { ...own, FRONT_HTTP_PORT: port });

    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`port ${port}, for the front, is taken`));
    expect(stderr).toContain('FRONT_HTTP_PORT=8080 deploy/up');
  },
  UP_TIMEOUT_MS,
);
