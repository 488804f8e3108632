import { type DockerHostView, hostsNamed, hostsOf } from '../../explain/hosts.ts';
import { safeJson } from '../../model/json.ts';
import { keysWithPrefix } from '../../model/keys.ts';
import { patienceMsOf } from '../../model/lease.ts';
import { withWiring } from '../../pass/with-wiring.ts';
import { surveyHosts } from '../../survey/hosts.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { problemLine } from '../problem.ts';
import { terminalOf } from '../show/terminal.ts';
import { typed } from '../show/words.ts';
import { release } from './release.ts';

const JSON_INDENT = 2;

/** What the command line says. */
export interface HostsOptions {
  readonly json?: boolean;
  readonly forget?: string;
  readonly yes?: boolean;
}

/** Prints who writes to this Redis; or withdraws all of a host that left. */
export async function hosts(options: HostsOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout } = surroundings;
  const found = await look(surroundings);
  if (options.forget !== undefined) return forget(options.forget, found, options, surroundings);
  if (options.json === true) {
    await print(stdout, `${safeJson({ hosts: found }, JSON_INDENT)}\n`);
    return 0;
  }
  const { showHosts } = await import('../show/show-hosts.ts');
  await print(stdout, `${showHosts(found, terminalOf(stdout))}\n`);
  return 0;
}

async function look(surroundings: Surroundings): Promise<readonly DockerHostView[]> {
  const { config } = surroundings;
  return withWiring(surroundings, 'read', async (wiring) => {
    const keys = keysWithPrefix(config.redis.keyPrefix);
    const [seen, self] = await Promise.all([
      surveyHosts(wiring.redis, keys),
      // Only a mark beside one of them depends on it.
      wiring.owner().catch(() => null),
    ]);
    const patienceMs = patienceMsOf(config.resync.intervalMs);
    return hostsOf(seen.hosts, { now: seen.now, patienceMs, self });
  });
}

async function forget(
  name: string,
  found: readonly DockerHostView[],
  { yes }: HostsOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const [host, ...others] = hostsNamed(found, name);
  const refuse = (why: string): ExitCode => {
    surroundings.stderr.write(problemLine(`nothing was withdrawn: ${why}`));
    return 1;
  };
  if (host === undefined) {
    return refuse(`no host is called ${typed(name)}; autodock hosts lists them`);
  }
  if (others.length > 0) {
    const owners = [host, ...others].map(({ owner }) => owner).join(', ');
    return refuse(`${others.length + 1} hosts are called ${name}; give the owner: ${owners}`);
  }
  if (host.state === 'live') {
    return refuse(
      `${name} gives signs of life; stop its autodock first, and wait until its lease is over`,
    );
  }
  const config = { ...surroundings.config, owner: host.owner };
  // It is named and gives no sign, and where it comes back after all it writes its own again.
  const isMeant = yes === true || surroundings.stdin.isTTY !== true;
  return release({ yes: isMeant }, { ...surroundings, config });
}
