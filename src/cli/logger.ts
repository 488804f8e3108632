import { type Command, Option } from 'commander';
import type { Config } from '../config/config.ts';
import { ConfigError, messageOf } from '../errors.ts';
import { type ConnectOptions, connect, type Plugin } from '../plugin/connect.ts';
import type { ExitCode } from './exit-code.ts';
import type { Invoke, Session } from './invoke.ts';
import { isClosedPipe, print } from './output.ts';
import { eventJson } from './show/event-json.ts';
import { showEvent } from './show/show-event.ts';
import { terminalOf } from './show/terminal.ts';
import { stopSignal } from './stop-signal.ts';

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

/** What `--only` stands for. */
const ONLY = {
  routes: ['route_added', 'route_removed'],
  containers: ['container_*'],
} as const;

interface LoggerOptions {
  readonly events?: string;
  readonly only?: keyof typeof ONLY;
  readonly httpUrl?: string;
}

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
    .action((options: LoggerOptions, command: Command) =>
      invoke(command, { logTo: 'stdout', body: (session) => logger(options, session) }),
    );
}

async function logger(options: LoggerOptions, session: Session): Promise<ExitCode> {
  const { config, stdout } = session;
  const plugin = open(connectOptions(options, config));
  const terminal = terminalOf(stdout);
  void stopSignal().then(() => plugin.close());
  // What else may be wrong with the output is told by the program; the logger goes on.
  stdout.on('error', (error) => {
    if (isClosedPipe(error)) void plugin.close();
  });
  for await (const event of plugin) {
    const now = Date.now();
    const line =
      config.log.format === 'json' ? eventJson(event, now) : showEvent(event, now, terminal);
    await print(stdout, `${line}\n`).catch(() => undefined);
  }
  await plugin.finished;
  return 0;
}

/** Where the daemon of a configuration is reached, and what is wanted of it. */
export function connectOptions(
  { events, only, httpUrl }: LoggerOptions,
  config: Config,
): ConnectOptions {
  const { host: listens, port, secret } = config.bus;
  const host = reachable(listens);
  const wanted = events?.split(',').map((pattern) => pattern.trim()) ?? (only && ONLY[only]);
  const http = httpUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${config.http.port}`;
  return {
    host,
    port,
    http: http === 'none' ? null : http,
    ...(wanted === undefined ? {} : { events: wanted }),
    ...(secret === null ? {} : { secret }),
  };
}

/** The daemon's own setting may say that it listens everywhere: it is then reached on this host. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

function open(options: ConnectOptions): Plugin {
  try {
    return connect(options);
  } catch (thrown) {
    throw new ConfigError('config', `logger: ${messageOf(thrown)}`, { cause: thrown });
  }
}
