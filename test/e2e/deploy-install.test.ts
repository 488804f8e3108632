import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

/**
 * Stands in for apt-get while other processes hold its locks: that of the index for one attempt, for which it
 * never waits; that of what installs until it is told to wait.
 */
const LOCKED_APT = `#!/bin/sh
case " $* " in
  *' update '*)
    [ ! -e "$0.tried" ] || exit 0
    touch "$0.tried"
    echo 'E: Unable to lock directory /var/lib/apt/lists/' >&2
    ;;
  *' DPkg::Lock::Timeout='[1-9]*' install '*) echo "installed: $*" && exit 0 ;;
  *) echo 'E: Could not get lock /var/lib/dpkg/lock-frontend' >&2 ;;
esac
exit 100
`;

const OFFLINE_APT = `#!/bin/sh
echo 'E: The repository does not have a Release file.' >&2
exit 100
`;

/** As apt-get says it without a network: all is well, and old lists will do. */
const UNREACHED_APT = `#!/bin/sh
case " $* " in *' install '*) echo "installed: $*" && exit 0 ;; esac
echo 'Ign:1 http://mirror trixie InRelease'
echo 'Err:1 http://mirror trixie InRelease'
echo "W: Failed to fetch http://mirror/dists/trixie/InRelease  Temporary failure resolving 'mirror'"
`;

const PARTLY_REACHED_APT = UNREACHED_APT.replace(
  'Ign:1',
  'Hit:2 http://other stable InRelease\nIgn:1',
);

test('deploy/up does not try to install what no mirror answers for, and does where one does', async () => {
  await expect(installWith(UNREACHED_APT)).rejects.toThrow();

  expect((await installWith(PARTLY_REACHED_APT)).stdout).toContain('installed: ');
});

test('deploy/up waits for the updates that a new machine installs by itself', async () => {
  const { stdout } = await installWith(LOCKED_APT);

  expect(stdout).toMatch(/installed: .* docker\.io$/m);
});

test('deploy/up does not wait for an index that cannot be had', async () => {
  await expect(installWith(OFFLINE_APT)).rejects.toThrow(/does not have a Release file/);
});

/** Installs a package as deploy/up does, with another apt-get. */
async function installWith(script: string) {
  const folder = await mkdtemp(join(tmpdir(), 'autodock-apt-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'apt-get'), script, { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  return promisify(execFile)('bash', ['-c', '. deploy/lib/apt.sh; apt_install docker.io'], { env });
}
