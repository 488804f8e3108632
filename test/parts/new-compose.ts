import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const FOLDER = fileURLToPath(new URL('../../.cache/compose', import.meta.url));
const PROGRAM = `${FOLDER}/usr/libexec/docker/cli-plugins/docker-compose`;
const UNPACK = fileURLToPath(new URL('../setup/unpack.sh', import.meta.url));

/** The Compose of Debian's newest suite, which knows more than the machine's; unpacked beside it, once. */
export async function newCompose(): Promise<readonly string[]> {
  if (!existsSync(PROGRAM)) await execute('bash', [UNPACK, 'sid', FOLDER, 'docker-compose']);
  return [PROGRAM];
}
