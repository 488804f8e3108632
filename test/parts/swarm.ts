import { execFile } from 'node:child_process';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type JoinedEngine, type JoinedEngines, joinEngines } from './joined-engines.ts';
import { testImage } from './test-image.ts';
import { waitFor } from './wait-for.ts';

const run = promisify(execFile);

/** One of its engines. */
export interface Node extends JoinedEngine {
  readonly id: string;
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
  const ground = await joinEngines(binaries);
  try {
    return await formSwarm(ground, managers);
  } catch (error) {
    await ground.close();
    throw error;
  }
}

async function formSwarm({ dir, engines, close }: JoinedEngines, managers: number): Promise<Swarm> {
  const known = await joinAll(engines, managers);
  for (const { id, socketPath } of known) {
    await mkdir(join(dir, id));
    await symlink(socketPath, join(dir, id, 'docker.sock'));
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

async function joinAll(nodes: readonly JoinedEngine[], managers: number): Promise<readonly Node[]> {
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
export function ask(
  address: string,
  host: string,
  port = 80,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: address, port, agent: false, headers: { host }, timeout: 20_000 },
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

async function asNode(node: JoinedEngine): Promise<Node> {
  const id = await waitFor('the engine to be a node', async () => {
    const { Swarm: said } = (await node.engine.info()) as {
      Swarm: { NodeID: string; LocalNodeState: string };
    };
    if (said.LocalNodeState !== 'active') throw new Error(said.LocalNodeState);
    return said.NodeID;
  });
  return { ...node, id };
}
