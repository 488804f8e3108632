import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { claimNetwork } from './own-network.ts';

const run = promisify(execFile);
const INTERFACES = '/sys/class/net';

/** A bridge of this machine, as an engine makes one for a network. */
export interface Bridge {
  readonly name: string;
  /** Its own addresses: what listens there is reached over it. */
  readonly ipv4: string;
  readonly ipv6: string;
  /** In place of the interface of a container comes that of another one. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** Makes one, with the interface of one container on it. Needs root. */
export async function createBridge(): Promise<Bridge> {
  const id = randomBytes(3).toString('hex');
  const name = `adb${id}`;
  const { prefix, release } = await claimNetwork('198.18');
  const ipv4 = `${prefix}.1`;
  const ipv6 = `fd${id.slice(0, 2)}:${id.slice(2)}::1`;
  const ip = (...words: readonly string[]) => run('ip', words);
  let port = '';
  const renew = async () => {
    if (port !== '') await ip('link', 'del', port);
    port = `adp${randomBytes(3).toString('hex')}`;
    await ip('link', 'add', port, 'type', 'veth', 'peer', 'name', `${port}p`);
    await ip('link', 'set', port, 'master', name, 'up');
  };
  await ip('link', 'add', name, 'type', 'bridge');
  await ip('addr', 'add', `${ipv4}/24`, 'dev', name);
  await ip('addr', 'add', `${ipv6}/64`, 'dev', name, 'nodad');
  await ip('link', 'set', name, 'up');
  await renew();
  return {
    name,
    ipv4,
    ipv6,
    renew,
    close: async () => {
      await ip('link', 'del', port);
      await ip('link', 'del', name);
      release();
    },
  };
}

/** The number of the newest interface on a bridge: others make and lose theirs meanwhile. */
export async function newestOn(bridge: string): Promise<number> {
  const names = await readdir(`${INTERFACES}/${bridge}/brif`);
  const numberOf = async (name: string) =>
    Number(await readFile(`${INTERFACES}/${name}/ifindex`, 'utf8'));
  return Math.max(...(await Promise.all(names.map(numberOf))));
}
