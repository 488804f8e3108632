import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import { waitFor } from './wait-for.ts';

const run = promisify(execFile);

/** The machine's podman, rootful, with storage, networks and a network namespace of its own. */
export interface Podman {
  readonly socketPath: string;
  /** Its network namespace, as `ip netns` calls it. */
  readonly namespace: string;
  /** Runs `podman ARGUMENT...` beside the service, and returns what it prints. */
  podman(...args: readonly string[]): Promise<string>;
  /** Takes over an image of the machine's Docker; it is called the same there. */
  take(image: string): Promise<void>;
  /** Ends it with all its containers, and removes its folder. */
  close(): Promise<void>;
}

/** Starts `podman system service`. Needs root. */
export async function startPodman(): Promise<Podman> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-podman-'));
  const namespace = `ad-${randomBytes(4).toString('hex')}`;
  await run('ip', ['netns', 'add', namespace]);
  await run('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
  const env = await configure(dir);
  const inside = [`--net=/run/netns/${namespace}`, 'podman', '--cgroup-manager', 'cgroupfs'];
  const podman = async (...args: readonly string[]) =>
    (await run('nsenter', [...inside, ...args], { env })).stdout.trim();
  const socketPath = join(dir, 'podman.sock');
  const service = ['system', 'service', '--time', '0', `unix://${socketPath}`];
  const daemon = spawn('nsenter', [...inside, ...service], { env, stdio: 'ignore' });
  await waitFor('podman to answer', () => new Dockerode({ socketPath }).ping());
  return {
    socketPath,
    namespace,
    podman,
    async take(image) {
      const archive = join(dir, 'image.tar');
      await run('docker', ['save', '--output', archive, image]);
      await podman('load', '--input', archive);
      await podman('tag', `localhost/${image}`, image);
    },
    async close() {
      await podman('rm', '--all', '--force', '--time', '0');
      const gone = once(daemon, 'exit');
      daemon.kill();
      await gone;
      await run('ip', ['netns', 'del', namespace]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Limits that a container of a test may have; podman would ask for more than it has itself. */
async function configure(dir: string): Promise<NodeJS.ProcessEnv> {
  const networks = join(dir, 'networks');
  await mkdir(networks);
  const containers = join(dir, 'containers.conf');
  const storage = join(dir, 'storage.conf');
  await writeFile(
    containers,
    `[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n[network]\nnetwork_backend = "netavark"\nnetwork_config_dir = "${networks}"\n[engine]\nruntime = "runc"\n`,
  );
  await writeFile(
    storage,
    `[storage]\ndriver = "vfs"\ngraphroot = "${dir}/root"\nrunroot = "${dir}/run"\n`,
  );
  return { ...process.env, CONTAINERS_CONF: containers, CONTAINERS_STORAGE_CONF: storage };
}
