import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { runPieces } from '../parts/deploy-pieces.ts';

/**
 * Stands in for apt-get while other processes hold its locks: that of the index for one attempt, for which it
 * never waits; that of what installs until it is told to wait.
 */
const LOCKED_APT = `#!/bin/sh
case " $* " in
  *' update '*)
    [ ! -e "$0.tried" ] || exit 0
    touch "$0.tried"
    echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)' >&2
    echo 'E: Unable to lock directory /var/lib/apt/lists/' >&2
    ;;
  *' DPkg::Lock::Timeout='[1-9]*' install '*)
    for second in 1 2; do
      echo 'Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 8 (dpkg)...'
    done
    echo "installed: $*" && exit 0
    ;;
  *) echo 'E: Could not get lock /var/lib/dpkg/lock-frontend' >&2 ;;
esac
exit 100
`;

/** What apt-get says when it has waited for long enough. */
const HELD =
  'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 9 (unattended-upgr)';

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

test('what waits for another installation says so, once for each', async () => {
  const { stdout, stderr } = await installWith(LOCKED_APT, ' | only_waiting');

  expect(stderr).toBe('');
  expect(stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^Waiting for .*lists\/lock\. It is held by process 7 \(apt-get\)$/),
    expect.stringMatching(/^Waiting for .*lock-frontend\. It is held by process 8 \(dpkg\)/),
  ]);
});

test('and says so at once, not when there is more to say', async () => {
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    `. deploy/lib/apt.sh; coproc only_waiting; echo 'Waiting for it' >&"\${COPROC[1]}"
    read -r -t 30 line <&"\${COPROC[0]}"; echo "$line"`,
  ]);

  expect(stdout).toBe('Waiting for it\n');
});

test('deploy/up names whoever held the lock for as long as it waited', () => {
  const { code, stderr } = runPieces(
    `LOG=$(mktemp); echo '${HELD}' >"$LOG"; fail_log 'it failed' 'the remedy'`,
  );

  expect(code).toBe(1);
  expect(stderr).toMatch(
    /: packages cannot be installed while another program does: .*process 9 \(unattended-upgr\)\n {2}Wait/,
  );
});

test('deploy/up does not wait for an index that cannot be had', async () => {
  await expect(installWith(OFFLINE_APT)).rejects.toThrow(/does not have a Release file/);
});

/** Installs a package as deploy/up does, with another apt-get. `more` is done with what that prints. */
async function installWith(script: string, more = '') {
  const folder = await mkdtemp(join(tmpdir(), 'autodock-apt-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'apt-get'), script, { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const install = `. deploy/lib/apt.sh; apt_install docker.io${more}`;
  return promisify(execFile)('bash', ['-c', install], { env });
}
