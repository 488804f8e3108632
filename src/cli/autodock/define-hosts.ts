import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';
import type { HostsOptions } from './hosts.ts';

const HELP = `
A host is live while its last sign of life is no older than its lease, and
lapsed after it. Then any other host takes its backends out of every vhost where
somebody else's stand, and after AUTODOCK_REAP_LAST those that are the last of
one: what was taken out is "suspended". It is right again within one pass when
it is back. "unknown": it tells no lease (an earlier version, autodock once), or
Redis was started anew since its last sign; nothing is taken from it.

  autodock hosts --forget NAME  for a machine that left for good: withdraws all
                                that it claims, once it has given no sign for
                                its lease. NAME: the host, or its owner. Shows
                                first what goes, and asks on a terminal (--yes:
                                does not)

JSON:
  {"hosts": [{"owner", "name", "state", "lastSignAgoMs", "leaseMs", "routes",
   "suspended", "address", "version", "isSelf"}]}
  state: live, lapsed, unknown`;

/** `autodock hosts`: who writes to this Redis. Needs no Docker. */
export function defineHosts(program: Command, invoke: Invoke): void {
  program
    .command('hosts')
    .description('list the hosts on this Redis: last sign of life, lease, routes, version')
    .option('--json', 'print JSON')
    .option('--forget <name>', 'withdraw all of a host that left')
    .option('-y, --yes', 'with --forget: do not ask on a terminal')
    .addHelpText('after', HELP)
    .action((options: HostsOptions, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./hosts.ts')).hosts(options, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
