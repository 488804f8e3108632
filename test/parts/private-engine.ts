import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import { GiveUp, waitFor } from './wait-for.ts';

const run = promisify(execFile);

/**
 * A Docker engine of the test's own that can be stopped, killed and frozen. It lives in a network
 * namespace of its own, as a second engine would take docker0 away from the first: the addresses of its
 * containers are real but not reached from here.
 */
export interface PrivateEngine {
  readonly socketPath: string;
  /** Its network namespace, as `ip netns` calls it. */
  readonly namespace: string;
  /** Sends a signal to dockerd and, unless it is to go on or stand still, waits for its end. */
  signal(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Has it read other settings, as `systemctl reload docker` does; resolves when it goes by them. */
  reload(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Kills dockerd, containerd and their shims at once, as a power cut does; the containers are left to the next start. */
  crash(): Promise<void>;
  /** Starts it again on the same data, or lets it go on if it stands still; resolves when it answers. */
  start(): Promise<void>;
  /** Ends it and removes its data and namespace. */
  close(): Promise<void>;
}

const LEFTOVERS = [
  'pid',
  'docker.sock',
  'exec/containerd/containerd.pid',
  'exec/containerd/containerd.sock',
  'exec/containerd/containerd.sock.ttrpc',
  'exec/containerd/containerd-debug.sock',
];

/** What dockerd says at last where containerd, on a busy machine, does not start in the time that it has for that. */
const LATE_CONTAINERD = /timeout waiting for containerd to start\s*$/;

/**
 * Starts an engine. Needs root.
 *
 * @param settings what its daemon.json says
 * @param binaries the folder of another engine's; default: the machine's
 */
export async function startPrivateEngine(
  settings: Readonly<Record<string, unknown>> = {},
  binaries: string | null = null,
): Promise<PrivateEngine> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-engine-'));
  const namespace = `ad-${randomBytes(4).toString('hex')}`;
  await run('ip', ['netns', 'add', namespace]);
  await run('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
  await writeFile(join(dir, 'daemon.json'), JSON.stringify(settings));
  const socketPath = join(dir, 'docker.sock');
  let daemon = await launch(dir, namespace, binaries);
  const relaunch = async () => {
    // What a killed engine leaves behind keeps the next one from starting.
    for (const name of LEFTOVERS) await rm(join(dir, name), { force: true });
    daemon = await launch(dir, namespace, binaries);
  };
  const answers = () =>
    waitFor('the private engine to answer', async () => {
      if (hasEnded(daemon)) {
        const log = await readFile(join(dir, 'log'), 'utf8');
        if (!LATE_CONTAINERD.test(log)) throw new GiveUp(log);
        // As systemd would.
        await relaunch();
      }
      await new Dockerode({ socketPath }).ping();
    });
  const close = async () => {
    if (!hasEnded(daemon)) {
      const gone = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      daemon.kill('SIGCONT');
      await gone;
    }
    await unmountBelow(dir);
    await run('ip', ['netns', 'del', namespace]);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await answers();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    socketPath,
    namespace,
    reload: async (next) => {
      await writeFile(join(dir, 'daemon.json'), JSON.stringify(next));
      daemon.kill('SIGHUP');
      await waitFor('the private engine to go by other settings', async () => {
        const { LiveRestoreEnabled } = await new Dockerode({ socketPath }).info();
        if (LiveRestoreEnabled !== (next['live-restore'] ?? false)) throw new Error('not yet');
      });
    },
    crash: async () => {
      const gone = once(daemon, 'exit');
      for (const pid of await processesOf(dir)) process.kill(pid, 'SIGKILL');
      await gone;
    },
    signal: async (signal) => {
      const gone = once(daemon, 'exit');
      daemon.kill(signal);
      if (signal === 'SIGTERM' || signal === 'SIGKILL') await gone;
    },
    start: async () => {
      daemon.kill('SIGCONT');
      if (!hasEnded(daemon)) return answers();
      await relaunch();
      await answers();
    },
    close,
  };
}

async function launch(
  dir: string,
  namespace: string,
  binaries: string | null,
): Promise<ChildProcess> {
  const { PATH = '' } = process.env;
  const log = await open(join(dir, 'log'), 'a');
  // nsenter, not `ip netns exec`: that hides the mounts of the control groups.
  const daemon = spawn(
    'nsenter',
    [
      `--net=/run/netns/${namespace}`,
      'dockerd',
      ...[
        '--config-file',
        join(dir, 'daemon.json'),
        '--host',
        `unix://${join(dir, 'docker.sock')}`,
      ],
      ...['--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec')],
      ...['--pidfile', join(dir, 'pid')],
    ],
    {
      stdio: ['ignore', log.fd, log.fd],
      env: {
        ...process.env,
        PATH: binaries === null ? PATH : `${binaries}:${PATH}`,
        // It starts itself anew twice for each container, and without so much collecting of garbage in less time.
        GOGC: '400',
      },
    },
  );
  await log.close();
  return daemon;
}

/** Those that were started with a path below this folder: dockerd, containerd and its shims. */
async function processesOf(dir: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => ({
      pid: Number(pid),
      // It may end meanwhile.
      text: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    })),
  );
  return lines.filter(({ text }) => text.includes(`${dir}/`)).map(({ pid }) => pid);
}

function hasEnded(daemon: ChildProcess): boolean {
  return daemon.exitCode !== null || daemon.signalCode !== null;
}

async function unmountBelow(dir: string): Promise<void> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  const below = mounts
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${dir}/`));
  for (const path of below.reverse()) await run('umount', ['-l', path]);
}
