import { type DeployedSwarm, deploySwarm } from '../../parts/deployed-swarm.ts';
import type { Node } from '../../parts/swarm.ts';
import { waitFor } from '../../parts/wait-for.ts';
import { openStackRedis, type StackRedis } from './stack-redis.ts';

/** Three nodes, all of them managers, with the stack on them. */
export interface Ground {
  readonly nodes: readonly Node[];
  /** An image that is on every node. */
  readonly image: string;
  /** Where the engine's socket is on each node, as Swarm fills it in. */
  readonly sockets: string;
  /** What the engines say of themselves. */
  versions(): Promise<readonly string[]>;
  /** `deploy/up --swarm` there. */
  up(where: Node, env?: NodeJS.ProcessEnv): Promise<void>;
  /** The tag of the stack's images. */
  readonly tag: string;
  /** The Redis of the stack, as it is now. */
  redis(): Promise<StackRedis>;
  /** Which node leads the managers, as another one tells. */
  leader(as: Node): Promise<Node>;
  /** Waits until each node is there, and each service has all of its tasks. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Room for some hundreds of tasks, where an overlay by itself has 254 addresses. */
const SUBNET = '10.211.0.0/20';
const LONG = { timeoutMs: 180_000, everyMs: 250 };

/** @param binaries for each node the folder of an engine's programs */
export async function openGround(binaries: readonly string[]): Promise<Ground> {
  const deployed = await deploySwarm({ binaries, managers: binaries.length });
  try {
    const { manager } = deployed.swarm;
    const overlay = ['--driver', 'overlay', '--attachable', '--subnet', SUBNET];
    await manager.docker('network', 'create', ...overlay, 'autodock');
    const ground = groundOf(deployed);
    await ground.up(manager);
    return ground;
  } catch (error) {
    await deployed.close();
    throw error;
  }
}

function groundOf({ swarm, tag, up, close }: DeployedSwarm): Ground {
  const { nodes, image, manager, sockets } = swarm;
  return {
    ...{ nodes, image, sockets, tag, close },
    versions: () => Promise.all(nodes.map(versionOf)),
    async up(where, env) {
      const { code, stdout, stderr } = await up(where, env);
      if (code !== 0) throw new Error(`deploy/up --swarm: ${stdout}${stderr}`);
    },
    redis: () => openStackRedis(nodes),
    async leader(as) {
      const lines = await as.docker('node', 'ls', '--format', '{{.ID}} {{.ManagerStatus}}');
      const [id] = (/^(\S+) Leader$/m.exec(lines) ?? []).slice(1);
      const leader = nodes.find((node) => node.id === id);
      if (leader === undefined) throw new Error(`nobody leads: ${lines}`);
      return leader;
    },
    settle: () => waitFor('the swarm to be whole', () => checkWhole(manager, nodes), LONG),
  };
}

async function versionOf({ engine }: Node): Promise<string> {
  const { Version } = await engine.version();
  return Version;
}

/** @throws Error that says what is missing */
async function checkWhole(asked: Node, nodes: readonly Node[]): Promise<void> {
  const states = await linesOf(
    asked,
    'node',
    'ls',
    '--format',
    '{{.ID}} {{.Status}} {{.Availability}}',
  );
  const services = await linesOf(asked, 'service', 'ls', '--format', '{{.Name}} {{.Replicas}}');
  // A node that is not seen yet lacks nothing by what Swarm says.
  const lost = states.filter((state) => !state.endsWith(' Ready Active'));
  const short = services.filter((service) => {
    const [, runs, wanted] = / (\d+)\/(\d+)/.exec(service) ?? [];
    return runs === undefined || runs !== wanted;
  });
  if (lost.length + short.length === 0 && states.length === nodes.length) return;
  throw new Error([`${states.length} nodes`, ...lost, ...short].join(', '));
}

async function linesOf(asked: Node, ...command: readonly string[]): Promise<readonly string[]> {
  return (await asked.docker(...command)).trim().split('\n');
}
