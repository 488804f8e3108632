import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import { type PrivateEngine, startPrivateEngine } from './private-engine.ts';
import { testImage } from './test-image.ts';
import { waitFor } from './wait-for.ts';

const run = promisify(execFile);

/** What a command said, and how it ended. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A node: an engine in a network namespace of its own, with an address that the others and this host reach. */
export interface Node {
  readonly engine: Dockerode;
  readonly socketPath: string;
  readonly address: string;
  readonly id: string;
  /** Runs a command there, with `DOCKER_HOST` for its engine. */
  run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Said>;
  /** The client of Docker there; what it printed. @throws Error if it failed */
  docker(...args: readonly string[]): Promise<string>;
  /** Cuts its link, or connects it again. */
  link(state: 'up' | 'down'): Promise<void>;
  /** Ends all of it at once, as a power cut does; its containers are gone. */
  crash(): Promise<void>;
  /** Starts it again. */
  start(): Promise<void>;
}

/** A real swarm on this machine. */
export interface Swarm {
  /** The first one. */
  readonly manager: Node;
  /** The last one. */
  readonly worker: Node;
  readonly nodes: readonly Node[];
  /** An image of the test's on every node. */
  readonly image: string;
  /** For `AUTODOCK_DOCKER_SOCKET`: where the engine's socket is on each node. */
  readonly sockets: string;
  /** Brings images from the machine's engine to the nodes. */
  carry(images: readonly string[], nodes: readonly Node[]): Promise<void>;
  close(): Promise<void>;
}

/** What a swarm is to be. */
export interface SwarmOptions {
  /** For each node the folder of an engine's binaries; null: the machine's. Default: two of those. */
  readonly binaries?: readonly (string | null)[];
  /** How many of them, the first ones, are managers. Default: one. */
  readonly managers?: number;
}

/** Engines that form a swarm. No IPVS is needed, as nobody asks for a virtual address. Needs root. */
export async function startSwarm({
  binaries = [null, null],
  managers = 1,
}: SwarmOptions = {}): Promise<Swarm> {
  const ground = await layGround(binaries);
  try {
    return await formSwarm(ground, managers);
  } catch (error) {
    await ground.close();
    throw error;
  }
}

/** Engines that reach each other, and a folder. */
interface Ground {
  readonly dir: string;
  readonly nodes: readonly Connected[];
  readonly sockets: readonly string[];
  close(): Promise<void>;
}

async function layGround(binaries: readonly (string | null)[]): Promise<Ground> {
  const name = `ad${randomBytes(4).toString('hex')}`;
  const net = `10.${randomInt(97, 127)}.${randomInt(1, 255)}`;
  const dir = await mkdtemp(join(tmpdir(), 'autodock-swarm-'));
  await makeBridge(name, `${net}.1/24`);
  const engines = await Promise.all(binaries.map((folder) => startPrivateEngine({}, folder)));
  const nodes = await Promise.all(
    engines.map((engine, index) =>
      connect(engine, `${name}${index}`, name, `${net}.${FIRST_NODE + index}`),
    ),
  );
  return {
    dir,
    nodes,
    sockets: engines.map(({ socketPath }) => socketPath),
    close: async () => {
      for (const node of nodes) await removeAll(node);
      await Promise.all(engines.map((engine) => engine.close()));
      await removeBridge(name);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const FIRST_NODE = 11;

async function formSwarm({ dir, nodes, sockets, close }: Ground, managers: number): Promise<Swarm> {
  const known = await joinAll(nodes, managers);
  for (const [index, { id }] of known.entries()) {
    await mkdir(join(dir, id));
    await symlink(sockets[index] ?? '', join(dir, id, 'docker.sock'));
  }
  const images = await Promise.all(known.map(({ engine }) => testImage(engine, 'web')));
  const [manager, worker] = [known[0], known.at(-1)];
  if (manager === undefined || worker === undefined) throw new Error('a swarm has nodes');
  return {
    manager,
    worker,
    nodes: known,
    image: images[0] ?? '',
    sockets: join(dir, '{{.Node.ID}}', 'docker.sock'),
    carry: async (names, to) => {
      const archive = join(dir, 'images.tar');
      await run('docker', ['save', '-o', archive, ...names]);
      await Promise.all(to.map((node) => node.docker('load', '-q', '-i', archive)));
      await rm(archive);
    },
    close,
  };
}

async function joinAll(nodes: readonly Connected[], managers: number): Promise<readonly Node[]> {
  const [first, ...others] = nodes;
  if (first === undefined) return [];
  await first.docker('swarm', 'init', '--advertise-addr', first.address);
  const known = [await asNode(first)];
  for (const [index, node] of others.entries()) {
    const role = index + 1 < managers ? 'manager' : 'worker';
    const token = (await first.docker('swarm', 'join-token', '-q', role)).trim();
    const own = ['--token', token, '--advertise-addr', node.address];
    // On a busy machine it says after 20 s that it goes on in the background: what counts is that it is a node.
    await node.run('docker', ['swarm', 'join', ...own, `${first.address}:2377`]);
    known.push(await asNode(node));
  }
  return known;
}

/** The status and the text of an answer for a host, from a front at that address. */
export function ask(address: string, host: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: address, port: 80, agent: false, headers: { host }, timeout: 20_000 },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.end();
  });
}

async function makeBridge(name: string, address: string): Promise<void> {
  await run('ip', ['link', 'add', name, 'type', 'bridge']);
  await run('ip', ['address', 'add', address, 'dev', name]);
  await run('ip', ['link', 'set', name, 'up']);
  // The machine's own engine lets nothing pass that it does not know.
  for (const side of ['-i', '-o']) {
    await run('iptables', ['-w', '-I', 'FORWARD', side, name, '-j', 'ACCEPT']);
  }
}

async function removeBridge(name: string): Promise<void> {
  for (const side of ['-i', '-o']) {
    await run('iptables', ['-w', '-D', 'FORWARD', side, name, '-j', 'ACCEPT']);
  }
  await run('ip', ['link', 'del', name]);
}

type Connected = Omit<Node, 'id'>;

async function connect(
  { namespace, socketPath, crash, start }: PrivateEngine,
  link: string,
  bridge: string,
  address: string,
): Promise<Connected> {
  const inside = (...args: readonly string[]) => run('ip', ['-n', namespace, ...args]);
  const veth = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace];
  await run('ip', ['link', 'add', link, ...veth]);
  await run('ip', ['link', 'set', link, 'master', bridge, 'up']);
  await inside('address', 'add', `${address}/24`, 'dev', 'eth0');
  await inside('link', 'set', 'eth0', 'up');
  const command: Node['run'] = async (program, args, env = {}) => {
    const here = { ...process.env, ...env, DOCKER_HOST: `unix://${socketPath}` };
    const enter = [`--net=/run/netns/${namespace}`, program, ...args];
    try {
      return { code: 0, ...(await run('nsenter', enter, { env: here })) };
    } catch (error) {
      if (error instanceof Error && 'stdout' in error && 'code' in error) {
        return error as Error & Said;
      }
      throw error;
    }
  };
  return {
    engine: new Dockerode({ socketPath }),
    socketPath,
    address,
    run: command,
    docker: async (...args) => {
      const { code, stdout, stderr } = await command('docker', args);
      if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
    crash,
    start,
    link: async (state) => void (await run('ip', ['link', 'set', link, state])),
  };
}

async function asNode(node: Connected): Promise<Node> {
  const id = await waitFor('the engine to be a node', async () => {
    const { Swarm: said } = (await node.engine.info()) as {
      Swarm: { NodeID: string; LocalNodeState: string };
    };
    if (said.LocalNodeState !== 'active') throw new Error(said.LocalNodeState);
    return said.NodeID;
  });
  return { ...node, id };
}

/** A container that is left keeps its engine's mounts and processes. */
async function removeAll(node: Connected): Promise<void> {
  await node.run('docker', ['swarm', 'leave', '--force']);
  const left = await node.engine.listContainers({ all: true });
  await Promise.allSettled(
    left.map(({ Id }) => node.engine.getContainer(Id).remove({ force: true })),
  );
}
