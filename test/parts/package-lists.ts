import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LISTS = fileURLToPath(new URL('../data/packages/', import.meta.url));

/** apt and dpkg of a system that has these lists (`test/data/packages`), and these packages installed. */
export interface PackageLists {
  /** What a function of `deploy/lib/packages.sh` chooses there. */
  choice(name: string): readonly string[];
  /** What comes of installing these as `deploy/lib/apt.sh` does: how it ends, and which packages are removed. */
  simulate(packages: readonly string[]): {
    readonly code: number;
    readonly removed: readonly string[];
  };
  /** Everything that apt says of it, as the log of `deploy/up` would hold it. */
  words(packages: readonly string[]): string;
  close(): Promise<void>;
}

export async function openPackageLists(
  systems: readonly string[],
  installed: readonly string[],
): Promise<PackageLists> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-packages-'));
  const texts = await Promise.all(systems.map((system) => readFile(join(LISTS, system), 'utf8')));
  const records = texts.flatMap((text) => text.trim().split('\n\n'));
  await Promise.all(
    [
      'repository',
      'state/lists/partial',
      'cache/archives/partial',
      'dpkg/info',
      'dpkg/updates',
    ].map((folder) => mkdir(join(dir, folder), { recursive: true })),
  );
  await writeFile(join(dir, 'repository', 'Packages'), `${records.join('\n\n')}\n`);
  await writeFile(join(dir, 'sources.list'), `deb [trusted=yes] file:${dir}/repository ./\n`);
  await writeFile(join(dir, 'dpkg', 'status'), statusOf(records, installed));
  await writeFile(join(dir, 'apt.conf'), configuration(dir));
  const env = {
    PATH: process.env.PATH,
    APT_CONFIG: join(dir, 'apt.conf'),
    DPKG_ADMINDIR: join(dir, 'dpkg'),
    LC_ALL: 'C',
  };
  const run = (command: string, ...args: readonly string[]) =>
    spawnSync(command, [...args], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
  const update = run('apt-get', '-q', 'update');
  if (update.status !== 0) throw new Error(`apt-get update: ${update.stderr}`);
  const install = (packages: readonly string[]) => {
    const script = '. deploy/lib/apt.sh; apt_install_now --simulate "$@"';
    return run('bash', '-euo', 'pipefail', '-c', script, '-', ...packages);
  };
  return {
    choice: (name) => {
      const script = `. deploy/lib/apt.sh; . deploy/lib/packages.sh; ${name}`;
      const { stdout, stderr } = run('bash', '-euo', 'pipefail', '-c', script);
      if (stderr !== '') throw new Error(stderr);
      return stdout.split(/\s+/).filter((word) => word !== '');
    },
    simulate: (packages) => {
      const said = install(packages);
      const removed = said.stdout.match(/(?<=^Remv )\S+/gm) ?? [];
      return { code: said.status ?? -1, removed };
    },
    words: (packages) => {
      const { stdout, stderr } = install(packages);
      return `${stdout}${stderr}`;
    },
    close: () => rm(dir, { recursive: true }),
  };
}

/** dpkg's list, of what is installed, with what it depends on. */
function statusOf(records: readonly string[], installed: readonly string[]): string {
  const names = new Set(installed);
  // A set is walked through with what is added meanwhile.
  for (const name of names) {
    const record = records.find((each) => nameOf(each) === name) ?? '';
    const needed = /^Depends: (.*)/m.exec(record)?.[1]?.split(', ') ?? [];
    for (const other of needed) names.add(other.replace(/ .*/, ''));
  }
  const mine = records.filter((record) => names.has(nameOf(record)));
  const told = mine.map((record) =>
    record
      .replace(/^(?:Filename|Size): .*\n?/gm, '')
      .trim()
      .replace(
        '\n',
        '\nStatus: install ok installed\nMaintainer: nobody\nDescription: installed\n',
      ),
  );
  return told.map((record) => `${record}\n\n`).join('');
}

function nameOf(record: string): string {
  return /^Package: (.*)/.exec(record)?.[1] ?? '';
}

function configuration(dir: string): string {
  return `
    Dir::Etc::sourcelist "${dir}/sources.list"; Dir::Etc::sourceparts "-"; Dir::Etc::preferencesparts "-";
    Dir::State "${dir}/state"; Dir::State::status "${dir}/dpkg/status"; Dir::Cache "${dir}/cache";
    APT::Sandbox::User ""; APT::Architecture "amd64"; APT::Architectures "amd64"; Debug::NoLocking "true";
  `;
}
