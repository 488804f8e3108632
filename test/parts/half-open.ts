import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { claimNetwork } from './own-network.ts';
import { waitFor } from './wait-for.ts';

const run = promisify(execFile);

/** A unix socket that is reached by TCP over a cable, which can be pulled out without either side being told. */
export interface Cable {
  readonly address: string;
  readonly port: number;
  /** From now on packets are lost: no FIN, no RST. */
  pull(): Promise<void>;
  plug(): Promise<void>;
  close(): Promise<void>;
}

/** Passes bytes on; runs inside the other network namespace, where only the file system is shared. */
const RELAY = `
  const net = require('node:net');
  const [address, socketPath] = process.argv.slice(1);
  const server = net.createServer((client) => {
    const onward = net.connect(socketPath);
    client.pipe(onward).pipe(client);
    for (const socket of [client, onward]) {
      socket.on('error', () => undefined);
      socket.on('close', () => { client.destroy(); onward.destroy(); });
    }
  });
  server.listen(0, address, () => console.log(server.address().port));
`;

/**
 * Two network namespaces with a pair of interfaces between them. Needs root.
 *
 * @param options `isNeighbourKept`: the hardware address of the other end is told, as on an overlay, so that nothing
 *   fails early because nobody answers for it (default: it is asked for)
 */
export async function openCable(
  socketPath: string,
  { isNeighbourKept = false }: { readonly isNeighbourKept?: boolean } = {},
): Promise<Cable> {
  const id = randomBytes(4).toString('hex');
  const [namespace, near, far] = [`ad-${id}`, `ad-${id}-n`, `ad-${id}-f`];
  // Of the range that is set aside for tests of networks the half in which bridge.ts makes none.
  const { prefix: net, release } = await claimNetwork('198.19');
  const inside = (...command: readonly string[]) => run('ip', ['-n', namespace, ...command]);
  await run('ip', ['netns', 'add', namespace]);
  await run('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', namespace]);
  await run('ip', ['addr', 'add', `${net}.1/24`, 'dev', near]);
  await run('ip', ['link', 'set', near, 'up']);
  await inside('addr', 'add', `${net}.2/24`, 'dev', far);
  await inside('link', 'set', far, 'up');
  if (isNeighbourKept) {
    const { stdout } = await inside('-json', 'link', 'show', far);
    const [{ address: hardware }] = JSON.parse(stdout) as [{ readonly address: string }];
    await run('ip', [
      ...['neigh', 'replace', `${net}.2`, 'lladdr', hardware, 'dev', near, 'nud', 'permanent'],
    ]);
  }
  const relay = spawn(
    'nsenter',
    [`--net=/run/netns/${namespace}`, process.execPath, '-e', RELAY, `${net}.2`, socketPath],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const port = await portOf(relay);
  // The system looks at its links at most once a second after a change, such as the end of another cable.
  await waitFor('the cable', async () => {
    const socket = connect(port, `${net}.2`);
    await once(socket, 'connect').finally(() => socket.destroy());
  });
  return {
    address: `${net}.2`,
    port,
    pull: async () => void (await inside('link', 'set', far, 'down')),
    plug: async () => void (await inside('link', 'set', far, 'up')),
    close: async () => {
      const gone = once(relay, 'exit');
      relay.kill('SIGKILL');
      await gone;
      await run('ip', ['netns', 'del', namespace]);
      release();
    },
  };
}

async function portOf(relay: ChildProcess): Promise<number> {
  if (relay.stdout === null) throw new Error('the relay has no output');
  const [line] = (await once(relay.stdout, 'data')) as [Buffer];
  return Number(line.toString());
}
