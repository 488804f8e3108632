import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import { claimNetwork } from './own-network.ts';
import { type PrivateEngine, startPrivateEngine } from './private-engine.ts';

const run = promisify(execFile);

/** What a command said, and how it ended. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An engine in a network namespace of its own, with an address that the others and this host reach. */
export interface JoinedEngine {
  readonly engine: Dockerode;
  readonly socketPath: string;
  /** Its network namespace, as `ip netns` calls it. */
  readonly namespace: string;
  readonly address: string;
  /** Runs a command there, with `DOCKER_HOST` for its engine. */
  run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Said>;
  /** The client of Docker there; what it printed. @throws Error if it failed */
  docker(...args: readonly string[]): Promise<string>;
  /** Gives it one more address, with the length of its network, by which this host reaches it. */
  addAddress(address: string): Promise<void>;
  /** Cuts its link, or connects it again. */
  link(state: 'up' | 'down'): Promise<void>;
  /** Ends all of it at once, as a power cut does; its containers are gone. */
  crash(): Promise<void>;
  /** Starts it again. */
  start(): Promise<void>;
}

/** Engines that reach each other, and a folder. */
export interface JoinedEngines {
  readonly dir: string;
  /** Of this host, on their network. */
  readonly address: string;
  readonly engines: readonly JoinedEngine[];
  /** Gives this host one more address on their network. */
  addAddress(address: string): Promise<void>;
  /** Ends all of them, and removes what they hold. */
  close(): Promise<void>;
}

const FIRST_ENGINE = 11;

/**
 * Starts engines that are joined by a bridge of this machine. Needs root.
 *
 * @param binaries for each the folder of an engine's binaries; null: the machine's
 */
export async function joinEngines(binaries: readonly (string | null)[]): Promise<JoinedEngines> {
  const name = `ad${randomBytes(4).toString('hex')}`;
  // Bare machines have those up to 10.98.
  const network = await claimNetwork(`10.${randomInt(99, 127)}`);
  const net = network.prefix;
  const dir = await mkdtemp(join(tmpdir(), 'autodock-engines-'));
  await makeBridge(name, `${net}.1/24`);
  const privates = await Promise.all(binaries.map((folder) => startPrivateEngine({}, folder)));
  const engines = await Promise.all(
    privates.map((engine, index) =>
      connect(engine, `${name}${index}`, name, `${net}.${FIRST_ENGINE + index}`),
    ),
  );
  return {
    dir,
    address: `${net}.1`,
    engines,
    addAddress: async (address) => void (await run('ip', addressOn(name, address))),
    close: async () => {
      for (const engine of engines) await removeAll(engine);
      await Promise.all(privates.map((engine) => engine.close()));
      await removeBridge(name);
      network.release();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** One that nobody has to ask for first. */
function addressOn(link: string, address: string): readonly string[] {
  const ready = address.includes(':') ? ['nodad'] : [];
  return ['address', 'add', address, 'dev', link, ...ready];
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

async function connect(
  { namespace, socketPath, crash, start }: PrivateEngine,
  link: string,
  bridge: string,
  address: string,
): Promise<JoinedEngine> {
  const inside = (...args: readonly string[]) => run('ip', ['-n', namespace, ...args]);
  const veth = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace];
  await run('ip', ['link', 'add', link, ...veth]);
  await run('ip', ['link', 'set', link, 'master', bridge, 'up']);
  await inside('address', 'add', `${address}/24`, 'dev', 'eth0');
  await inside('link', 'set', 'eth0', 'up');
  const command: JoinedEngine['run'] = async (program, args, env = {}) => {
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
    namespace,
    address,
    run: command,
    docker: async (...args) => {
      const { code, stdout, stderr } = await command('docker', args);
      if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
    addAddress: async (more) => void (await inside(...addressOn('eth0', more))),
    crash,
    start,
    link: async (state) => void (await run('ip', ['link', 'set', link, state])),
  };
}

/** A container that is left keeps its engine's mounts and processes. */
async function removeAll(node: JoinedEngine): Promise<void> {
  await node.run('docker', ['swarm', 'leave', '--force']);
  const left = await node.engine.listContainers({ all: true });
  await Promise.allSettled(
    left.map(({ Id }) => node.engine.getContainer(Id).remove({ force: true })),
  );
}
