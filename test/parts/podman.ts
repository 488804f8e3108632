import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import { type BareMachine, openBareMachine } from './bare-machine.ts';
import { waitFor } from './wait-for.ts';

/** podman of a Debian suite, on a bare machine of its own. */
export interface PodmanMachine {
  /** As `podman --version` says it. */
  readonly version: string;
  /** Starts `podman system service`, of root or of somebody who is not. */
  serve(user: PodmanUser): Promise<Podman>;
  /** What a command says there, as root. */
  ask(script: string): Promise<string>;
  /** Ends it with all its containers. */
  close(): Promise<void>;
}

export type PodmanUser = 'root' | 'somebody';

/** What a user runs by podman. */
export interface Podman {
  /** Of its service, as this machine reaches it. */
  readonly socketPath: string;
  /** Runs `podman ARGUMENT...` beside the service, and returns what it prints. */
  podman(...args: readonly string[]): Promise<string>;
  /** Takes over an image of the machine's Docker; it is called the same there. */
  take(image: string): Promise<void>;
}

const PACKAGES = [
  ...['podman', 'runc', 'catatonit', 'netavark', 'iptables', 'nftables', 'ca-certificates'],
  // For who is not root.
  ...['uidmap', 'slirp4netns'],
];

/** Nobody starts systemd there; and limits are those that a container of a test may have. */
const CONTAINERS_CONF = `
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[network]
network_backend = "netavark"
default_rootless_network_cmd = "slirp4netns"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

const PREPARE = `
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --no-install-recommends ${PACKAGES.join(' ')} >/dev/null
mkdir -p /etc/containers /dev/net
cat >/etc/containers/containers.conf <<'END'${CONTAINERS_CONF}END
cat >/etc/containers/storage.conf <<'END'
[storage]
driver = "vfs"
graphroot = "/var/lib/containers/storage"
runroot = "/run/containers/storage"
END
[ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200
chmod 666 /dev/net/tun
useradd --create-home --uid 1000 somebody
for file in /etc/subuid /etc/subgid; do
  grep -q somebody "$file" || echo somebody:100000:65536 >>"$file"
done
mkdir -p /run/user/1000
chown somebody: /run/user/1000
`;

/** How somebody's commands begin. */
const AS: Readonly<Record<PodmanUser, readonly string[]>> = {
  root: [],
  somebody: [
    ...['runuser', '-u', 'somebody', '--', 'env', 'HOME=/home/somebody'],
    ...['XDG_RUNTIME_DIR=/run/user/1000', 'XDG_CONFIG_HOME=/home/somebody/.config'],
  ],
};
const SOCKETS: Readonly<Record<PodmanUser, string>> = {
  root: '/run/podman.sock',
  somebody: '/run/user/1000/podman.sock',
};

/** Installs podman on a bare machine. Needs root, and Debian's mirror. */
export async function openPodmanMachine(suite: 'bookworm' | 'trixie'): Promise<PodmanMachine> {
  const machine = await openBareMachine(suite);
  try {
    await said(machine, ['bash', '-euo', 'pipefail', '-c', PREPARE]);
    const version = await said(machine, ['podman', '--version']);
    return {
      version,
      serve: (user) => serve(machine, user),
      ask: (script) => said(machine, ['bash', '-euo', 'pipefail', '-c', script]),
      close: machine.stop,
    };
  } catch (error) {
    await machine.stop();
    throw error;
  }
}

async function serve(machine: BareMachine, user: PodmanUser): Promise<Podman> {
  const { root } = machine;
  const podman = (...args: readonly string[]) => said(machine, [...AS[user], 'podman', ...args]);
  const command = [...AS[user], 'podman', 'system', 'service', '--time', '0'].join(' ');
  const log = `/run/podman-${user}.log`;
  await said(machine, [
    ...['bash', '-c'],
    `setsid ${command} unix://${SOCKETS[user]} >${log} 2>&1 </dev/null &`,
  ]);
  const socketPath = `${root}${SOCKETS[user]}`;
  await waitFor('podman to answer', async () => {
    await new Dockerode({ socketPath }).ping();
  });
  return {
    socketPath,
    podman,
    async take(image) {
      const archive = `/srv/image-${randomBytes(4).toString('hex')}.tar`;
      await promisify(execFile)('docker', ['save', '--output', `${root}${archive}`, image]);
      await said(machine, ['chmod', '644', archive]);
      await podman('load', '--input', archive);
      await podman('tag', `localhost/${image}`, image);
    },
  };
}

async function said(machine: BareMachine, command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await machine.run(...command);
  if (code !== 0) throw new Error(`${command.join(' ')}: ${stderr}${stdout}`);
  return stdout.trim();
}
