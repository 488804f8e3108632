import { type Command, Option } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';
import type { LoggerOptions } from './logger.ts';
import { ONLY } from './only.ts';

const HELP = `
Prints one line for each event of Docker and each change of a route, until it is
stopped. The daemon is found at --bus-host and --bus-port (UDP); routes that are
there already, or changed unseen, are read at --http-url.

It outlives the daemon: it waits until the daemon answers, finds it again after a
restart, and says when events were missed, and how many ("loss"). Routes that
changed meanwhile are then told from a snapshot.

  autodock logger                           everything
  autodock logger --only routes             route_added, route_removed
  autodock logger --events 'container_die*,pull'    * is any characters
  autodock logger --log-format json | jq 'select(.name == "container_died")'

Names: container_attached, _committed, _created, _destroyed, _died, _exec_create,
  _exec_die, _exec_start, _exported, _health_status, _killed, _paused, _renamed,
  _resized, _restarted, _started, _stopped, _unpaused; image_deleted, _import,
  _untagged; pull; network_connect, _disconnect; others as <type>_<action>;
  route_added, route_removed; reconciled.

JSON:
  {"time", "kind", "name", "seq", "kwargs"}, with the kind docker, route,
   reconciled or other; kwargs of a route: {"vhost", "url", "container", "id"},
   beside them "via": bus or snapshot
  {"time", "kind": "connected", "version", "endpoint", "restarted"}
  {"time", "kind": "disconnected", "cause": bye, refused or silence}
  {"time", "kind": "loss", "cause": gap, slow, restart or disconnected,
   "missed": how many, null if nobody can know}
  {"time", "kind": "snapshot", "cause", "routes", "containers"}; how many
  {"time", "kind": "problem", "problem"}

Exit code: 0 when it is stopped, or when nobody reads its output any more.`;

/** `autodock logger`: the reference of a plugin, written with the kit. */
export function defineLogger(program: Command, invoke: Invoke): void {
  program
    .command('logger')
    .description('print events and route changes as they come, from the plugin bus')
    .option('--events <patterns>', 'only events of these names (comma list, with *)')
    .addOption(
      new Option('--only <what>', 'only one kind of events')
        .choices(Object.keys(ONLY))
        .conflicts('events'),
    )
    .option(
      '--http-url <url>',
      "the daemon's HTTP port, or none (default: http.port of the bus's host)",
    )
    .addHelpText('after', HELP)
    .action((options: LoggerOptions, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./logger.ts')).logger(options, surroundings);
      return invoke(command, { logTo: 'stdout', body });
    });
}
