import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A network interface that leads nowhere, for networks that want one as their parent. Needs root. */
export interface ParentLink {
  readonly name: string;
  remove(): Promise<void>;
}

/** One end of a pair whose other end nobody uses. */
export async function makeParentLink(): Promise<ParentLink> {
  const id = randomBytes(5).toString('hex');
  const name = `tp-${id}`;
  await run('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', `tq-${id}`]);
  return { name, remove: async () => void (await run('ip', ['link', 'del', name])) };
}
