import type { Config } from '../../config/config.ts';
import { ConfigError, messageOf } from '../../errors.ts';
import { type ConnectOptions, connect, type Plugin } from '../../plugin/connect.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { isClosedPipe, print } from '../output.ts';
import { eventJson } from '../show/event-json.ts';
import { showEvent } from '../show/show-event.ts';
import { terminalOf } from '../show/terminal.ts';
import { ONLY } from './only.ts';
import { stopSignal } from './stop-signal.ts';

/** What the command line says. */
export interface LoggerOptions {
  readonly events?: string;
  readonly only?: keyof typeof ONLY;
  readonly httpUrl?: string;
}

/** Prints events and route changes as they come. */
export async function logger(
  options: LoggerOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { config, stdout } = surroundings;
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
