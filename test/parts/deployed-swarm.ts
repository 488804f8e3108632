import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runDeploy } from './deployment.ts';
import type { Said } from './joined-engines.ts';
import { type Node, type Swarm, type SwarmOptions, startSwarm } from './swarm.ts';

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));

const CONTROLLER = 'label=com.docker.swarm.service.name=autodock_autodock';

/** A line of the log about a route. */
interface ChangeLine {
  readonly time: string;
  readonly vhost?: string;
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

/** A swarm that has the images of the stack. */
export interface DeployedSwarm {
  readonly swarm: Swarm;
  /** The tag of the images. */
  readonly tag: string;
  /** `deploy/up --swarm` there. Default: on the first manager. */
  up(where?: Node, more?: NodeJS.ProcessEnv): Promise<Said>;
  /** `deploy/down --swarm`. */
  down(...options: readonly string[]): Promise<Said>;
  /** What a command says in the controller of a node. */
  told(where: Node, ...command: readonly string[]): Promise<string>;
  /** What the controller of a node has changed of a host. */
  changesOf(where: Node, vhost: string): Promise<readonly ChangeLine[]>;
  /** Creates a service that asks for `NAME.local`. */
  service(name: string, ...options: readonly string[]): Promise<string>;
  /** Secrets, volumes, networks and stacks of the deployment that the first manager still has. */
  left(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts a swarm and makes the images of the stack for it, under a tag of its own; the stack is not up yet. */
export async function deploySwarm(options: SwarmOptions = {}): Promise<DeployedSwarm> {
  const tag = `test-${randomBytes(4).toString('hex')}`;
  const images = ['redis', 'docker-proxy', 'hipache', 'autodock'].map(
    (service) => `localhost:1/autodock-${service}:${tag}`,
  );
  const [made, swarm] = await Promise.all([
    runDeploy('up', ['--swarm', '--images'], { AUTODOCK_TAG: tag }),
    startSwarm(options),
  ]);
  const close = async () => {
    await swarm.close();
    await promisify(execFile)('docker', ['rmi', ...images]).catch(() => undefined);
  };
  if (made.code !== 0) {
    await close();
    throw new Error(`${made.stdout}${made.stderr}`);
  }
  await swarm.carry(images, swarm.nodes);
  const env = { AUTODOCK_DOCKER_SOCKET: swarm.sockets, AUTODOCK_TAG: tag };
  return {
    ...{ swarm, tag },
    up: (where = swarm.manager, more = {}) =>
      where.run(`${DEPLOY}up`, ['--swarm'], { ...env, ...more }),
    down: (...more) => swarm.manager.run(`${DEPLOY}down`, ['--swarm', ...more], env),
    told: async (where, ...command) => {
      const said = await where.docker('exec', await controllerOf(where), 'autodock', ...command);
      // It is wrapped for a terminal.
      return said.replaceAll(/\s+/g, ' ');
    },
    changesOf: async (where, vhost) => {
      const lines = (await where.docker('logs', await controllerOf(where))).trim().split('\n');
      const changes = lines.map((line) => JSON.parse(line) as ChangeLine);
      return changes.filter((line) => line.vhost === vhost);
    },
    service: (name, ...more) =>
      swarm.manager.docker(
        ...['service', 'create', '-d', '--no-resolve-image', '--name', name],
        ...['-e', `VIRTUALHOST=${name}.local`, ...more, swarm.image],
      ),
    left: async () => {
      const asked = [
        ['secret', 'ls', '-q'],
        ['volume', 'ls', '-q'],
        ['network', 'ls', '-q', '--filter', 'name=autodock'],
        ['stack', 'ls', '--format', '{{.Name}}'],
      ].map((command) => swarm.manager.docker(...command));
      return (await Promise.all(asked)).flatMap((said) => said.split('\n').filter(Boolean));
    },
    close,
  };
}

async function controllerOf(node: Node): Promise<string> {
  return (await node.docker('ps', '-q', '--filter', CONTROLLER)).trim();
}
