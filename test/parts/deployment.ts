import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import { engineSocket } from './docker.ts';
import { freePort } from './free-port.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What `deploy/up` and the builds that it begins read of this project. */
const FILES = [
  ...[
    '.dockerignore',
    'Dockerfile',
    'LICENSE',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ],
  ...['build', 'deploy', 'docs', 'src'],
];

/** The services of `deploy/compose.yaml`, with the profile `prometheus`: Grafana is not to be had everywhere. */
export const SERVICES = [
  'autodock',
  'docker-proxy',
  'hipache',
  'logger',
  'prometheus',
  'redis',
] as const;
export type Service = (typeof SERVICES)[number];

/** The Compose file under a project name and on ports of the test's own. */
export interface Deployment {
  readonly engine: Dockerode;
  /** The folder from which it is deployed. */
  readonly root: string;
  readonly project: string;
  readonly frontPort: number;
  /** Of the page, the API and the metrics. */
  readonly httpPort: number;
  readonly prometheusPort: number;
  /** Runs `deploy/up`; see {@link runDeploy}. */
  up(...args: readonly string[]): Promise<Outcome>;
  /** The same without a profile. */
  upAlone(): Promise<Outcome>;
  /** Runs `deploy/down`. */
  down(...args: readonly string[]): Promise<Outcome>;
  /** Starts what a further Compose file of `deploy/` adds, as its head says. */
  add(file: string, service: string, env: Readonly<Record<string, string>>): Promise<void>;
  containers(): Promise<readonly Dockerode.ContainerInfo[]>;
  inspect(service: Service): Promise<Dockerode.ContainerInspectInfo>;
  /** Runs a command in a service's container. */
  exec(service: Service, ...command: readonly string[]): Promise<Outcome>;
  /** What a service has printed. */
  logs(service: Service): Promise<string>;
  /** The names of the project's volumes. */
  volumes(): Promise<readonly string[]>;
  /** Takes everything away, images too; what they were built from stays cached. */
  close(): Promise<void>;
}

export async function openDeployment(): Promise<Deployment> {
  const engine = new Dockerode({ socketPath: engineSocket() });
  const root = await copyForOneself();
  const project = `autodock-test-${randomBytes(4).toString('hex')}`;
  const ports = await Promise.all(Array.from({ length: 5 }, freePort));
  const [frontPort = 0, httpsPort, statusPort, httpPort = 0, prometheusPort = 0] = ports;
  const env = {
    COMPOSE_PROFILES: 'prometheus',
    COMPOSE_PROJECT_NAME: project,
    FRONT_HTTP_PORT: String(frontPort),
    FRONT_HTTPS_PORT: String(httpsPort),
    FRONT_STATUS_PORT: String(statusPort),
    AUTODOCK_HTTP_PORT: String(httpPort),
    AUTODOCK_BUS_PORT: String(httpPort),
    AUTODOCK_PROMETHEUS_PORT: String(prometheusPort),
    AUTODOCK_SCRAPE_INTERVAL: '1s',
    // So that it is soon known to be up.
    AUTODOCK_HEALTH_INTERVAL: '2s',
    // Nothing here measures how long a busy machine takes.
    AUTODOCK_UP_TIMEOUT: '600',
  };
  const mine = { filters: { label: [`com.docker.compose.project=${project}`] } };
  const containers = () => engine.listContainers({ all: true, ...mine });
  const inspect = async (service: Service) => {
    const found = (await containers()).find(
      ({ Labels }) => Labels['com.docker.compose.service'] === service,
    );
    if (found === undefined) throw new Error(`${service} has no container`);
    return engine.getContainer(found.Id).inspect();
  };
  return {
    engine,
    root,
    project,
    frontPort,
    httpPort,
    prometheusPort,
    up: (...args) => runDeploy('up', args, env, root),
    upAlone: () => runDeploy('up', [], { ...env, COMPOSE_PROFILES: '' }, root),
    down: (...args) => runDeploy('down', args, env, root),
    add: async (file, service, more) => {
      const files = ['compose.yaml', file].flatMap((name) => ['-f', join(root, 'deploy', name)]);
      const up = ['up', '-d', '--no-build', '--no-deps', service];
      await promisify(execFile)('docker', ['compose', '-p', project, ...files, ...up], {
        env: { ...process.env, ...env, ...more },
      });
    },
    containers,
    inspect,
    exec: async (service, ...command) => execIn(engine, (await inspect(service)).Id, command),
    logs: async (service) => {
      const { Id } = await inspect(service);
      return (await engine.getContainer(Id).logs({ stdout: true, stderr: true })).toString();
    },
    volumes: async () => (await engine.listVolumes(mine)).Volumes.map(({ Name }) => Name),
    close: async () => {
      await runDeploy('down', ['--volumes'], env, root);
      const images = SERVICES.map((service) => engine.getImage(`${project}-${service}`));
      await Promise.allSettled(images.map((image) => image.remove()));
      await rm(root, { recursive: true });
    },
  };
}

/** The project as who lets nobody else read their files has it (`umask 077`). */
async function copyForOneself(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'autodock-deployed-'));
  await Promise.all(
    FILES.map((name) => cp(join(ROOT, name), join(root, name), { recursive: true })),
  );
  await promisify(execFile)('chmod', ['-R', 'go=', root]);
  return root;
}

/** What a program said, and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `deploy/up` or `deploy/down` to its end, as a person would, without a terminal. */
export async function runDeploy(
  program: 'up' | 'down',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  root = ROOT,
): Promise<Outcome> {
  const options = { env: { ...process.env, ...env } };
  try {
    const said = await promisify(execFile)(join(root, 'deploy', program), [...args], options);
    return { code: 0, ...said };
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && 'code' in error) {
      const { code, stdout, stderr } = error as Error & Outcome;
      return { code, stdout, stderr };
    }
    throw error;
  }
}

async function execIn(engine: Dockerode, id: string, command: readonly string[]): Promise<Outcome> {
  const exec = await engine
    .getContainer(id)
    .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, Tty: true });
  const output = await exec.start({ Tty: true });
  let stdout = '';
  for await (const chunk of output as AsyncIterable<Buffer>) stdout += chunk.toString();
  return { code: (await exec.inspect()).ExitCode ?? -1, stdout, stderr: '' };
}
